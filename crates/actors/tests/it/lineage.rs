//! Actors that are named, merged and split.

use crate::check;
use crate::world::World;
use actors::lineage;
use expect_test::expect;

#[test]
fn a_cluster_gets_a_name() {
    let story = "
        Cluster-0007
        ! name Cluster-0007 Storm-1152 because the victim calls it so
        ! name Cluster-0007 Storm-1152
        ! name Cluster-0007 -";
    check(
        story,
        "lineage Cluster-0007",
        &expect![[r#"
        refused: "Storm-1152" is no new name
        refused: "-" is no new name
        Storm-1152 ["Cluster-0007"], 2 versions
          2024-01-02 Named Cluster-0007 → Storm-1152 because the victim calls it so"#]],
    );
    check(
        story,
        "find cluster 7",
        &expect![[r#"
        refused: "Storm-1152" is no new name
        refused: "-" is no new name"#]],
    );
    check(
        story,
        "find cluster 0007",
        &expect![[r#"
        refused: "Storm-1152" is no new name
        refused: "-" is no new name
        Alias intrusion-set Storm-1152"#]],
    );
}

#[test]
fn a_name_that_somebody_has_is_not_given() {
    check(
        "Storm-1152
         Cluster-0007
         ! name Cluster-0007 storm 1152",
        "said",
        &expect![[
            r#"refused: "storm 1152" is what Storm-1152 is called already: merge them, if they are one"#
        ]],
    );
}

#[test]
fn what_was_merged_is_found_through_the_survivor() {
    let story = "
        Storm-1152 owns shop.example
        Cluster-0002 owns solver.example
        Cluster-0002 alias Rock
        C-1 attributed-to Cluster-0002 likely
        ! merge Storm-1152 Cluster-0002 because one permanent injunction names both";
    check(
        story,
        "lineage Cluster-0002",
        &expect![[r#"
        Storm-1152 ["Cluster-0002","Rock"], 2 versions
          2024-01-05 Merged Cluster-0002 because one permanent injunction names both"#]],
    );
    check(
        story,
        "near Storm-1152",
        &expect![[r#"
        <-attributed-to- C-1 (through Cluster-0002), likely (55–80 %)
        -owns-> shop.example
        -owns-> solver.example (through Cluster-0002)"#]],
    );
    check(
        story,
        "find rock",
        &expect![[r#"
        Alias intrusion-set Storm-1152
        Alias intrusion-set Cluster-0002 = Storm-1152"#]],
    );
    check(
        story,
        "paths shop.example solver.example",
        &expect!["shop.example <-owns- Storm-1152 -owns-> solver.example"],
    );
    check(
        story,
        "standing C-1",
        &expect![[r#"
        attributed to Storm-1152
        Storm-1152, held
          said: held, likely (55–80 %)"#]],
    );
}

#[test]
fn a_merge_is_undone() {
    let story = "
        Storm-1152 owns shop.example
        Cluster-0002 owns solver.example
        ! merge Storm-1152 Cluster-0002
        ! split Storm-1152 Cluster-0002 because another API";
    check(
        story,
        "lineage Storm-1152",
        &expect![[r#"
        Storm-1152 , 3 versions
          2024-01-03 Merged Cluster-0002
          2024-01-04 Split Cluster-0002 because another API"#]],
    );
    check(story, "lineage Cluster-0002", &expect!["Cluster-0002 , 1 versions"]);
    check(story, "paths shop.example solver.example", &expect![""]);
    let again =
        format!("{story}\n! merge Storm-1152 Cluster-0002 because it was the same API after all");
    check(
        &again,
        "lineage Cluster-0002",
        &expect![[r#"
        Storm-1152 ["Cluster-0002"], 4 versions
          2024-01-03 Merged Cluster-0002
          2024-01-04 Split Cluster-0002 because another API
          2024-01-05 Merged Cluster-0002 because it was the same API after all"#]],
    );
}

#[test]
fn an_actor_is_split_into_parts() {
    let story = "
        Cluster-0001
        C-1 attributed-to Cluster-0001 likely B2 confidence 70
        C-2 attributed-to Cluster-0001 likely
        ! part Cluster-0001 C-1 because its kit is another one";
    check(
        story,
        "lineage Cluster-0001",
        &expect![[r#"
        Cluster-0001 , 2 versions
          2024-01-04 Split Cluster-0002 because its kit is another one"#]],
    );
    check(
        story,
        "near C-1",
        &expect![[r#"
        -attributed-to-> Cluster-0001, likely (55–80 %), confidence high (70)
        -attributed-to-> Cluster-0002, likely (55–80 %), confidence high (70)"#]],
    );
    check(
        story,
        "standing C-1",
        &expect![[r#"
        attributed to Cluster-0002
        Cluster-0002, held
          said: held, likely (55–80 %); usually reliable, probably true; high (70)
          + its kit is another one
        Cluster-0001, superseded
          said: superseded, likely (55–80 %); usually reliable, probably true; high (70)"#]],
    );
    check(
        story,
        "lineage C-1",
        &expect![[r#"
        C-1 , 2 versions
          2024-01-04 Attributed Cluster-0002, relationship because its kit is another one"#]],
    );
}

#[test]
fn a_part_is_a_new_actor() {
    let story = "
        Cluster-0001
        Storm-2
        Octo
        ! part-named Cluster-0001 Storm-2
        ! part-named Octo Squid
        ! part-named Cluster-0001 Squid";
    check(
        story,
        "find squid",
        &expect![[r#"
        refused: "Storm-2" is what Storm-2 is called already: merge them, if they are one
        refused: Octo is no intrusion set
        Name intrusion-set Squid"#]],
    );
}

#[test]
fn nobody_is_merged_twice_or_by_a_stranger() {
    let story = "
        Storm-1
        Storm-2
        ! merge Storm-1 Storm-2
        ! merge Storm-1 Storm-2
        ! merge Storm-2 Storm-1
        ! merge Storm-1 Nobody
        @Ann
        @Ann says ! merge Storm-1 Storm-2
        Storm-3
        @Ann says ! merge Storm-1 Storm-3
        ! split Storm-1 Storm-3";
    check(
        story,
        "said",
        &expect![[r#"
            refused: Storm-2 and Storm-1 are one already
            refused: Storm-1 and Storm-2 are one already
            refused: threat-actor--743f4bc0-7f6a-5005-b225-481496ef2c7b is not there, or was revoked
            refused: Storm-2 and Storm-1 are one already
            refused: Ann made neither Storm-3 nor Storm-1, and cannot speak for them
            refused: Storm-3 was not merged into Storm-1 by us"#]],
    );
}

#[test]
fn a_strangers_word_that_two_are_one_is_an_edge_and_no_more() {
    let story = "
        Storm-1
        Storm-2
        @Ann
        @Ann says Storm-1 duplicate-of Storm-2";
    check(story, "lineage Storm-1", &expect!["Storm-1 , 1 versions"]);
    check(story, "near Storm-1", &expect!["-duplicate-of-> Storm-2"]);
}

#[test]
fn chains_and_circles_of_merges_end_somewhere() {
    let story = "
        Storm-1 owns a.example
        Storm-2
        Storm-3 owns c.example
        Storm-1 duplicate-of Storm-2
        Storm-2 duplicate-of Storm-3
        Storm-3 duplicate-of Storm-1";
    check(
        story,
        "paths a.example c.example",
        &expect!["a.example <-owns- Storm-2 -owns-> c.example"],
    );
}

#[test]
fn numbers_of_clusters_are_given_once() {
    let next = |story: &str| lineage::next_cluster(&World::of(story).graph());
    assert_eq!(next(""), "Cluster-0001");
    let named = "
        Cluster-0007
        ! name Cluster-0007 Storm-1152";
    assert_eq!(next(named), "Cluster-0008");
    let twice = "
        ! cluster
        ! cluster";
    assert_eq!(next(twice), "Cluster-0003");
}
