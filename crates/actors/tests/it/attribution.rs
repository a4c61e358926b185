//! Who is behind a campaign, and how sure that is.

use crate::check;
use expect_test::expect;

#[test]
fn nobody_is_named_without_a_statement() {
    check("C-1", "standing C-1", &expect!["unattributed"]);
    check(
        "C-1\n! attribute C-1 Storm-1 likely",
        "standing C-1",
        &expect![[r#"
        refused: intrusion-set--55502d4d-fb6a-5b5c-beb4-e506fe97b6e6 is not there, or was revoked
        unattributed"#]],
    );
}

#[test]
fn one_likely_actor_is_named() {
    let story = "
        C-1 uses 198.51.100.7
        Storm-1152 uses 198.51.100.7
        Storm-2
        ! attribute C-1 Storm-1152 very-likely B2 confidence 85 because one solver's tokens
        @Ann
        @Ann opines agree of C-1 attributed-to Storm-1152 because same slogans";
    check(
        story,
        "standing C-1",
        &expect![[r#"
            attributed to Storm-1152
            Storm-1152, held
              said: held, very likely (80–95 %); usually reliable, probably true; high (85)
              + one solver's tokens
              + somebody agrees: same slogans
              + both use 198.51.100.7, which 1 of 2 actors use"#]],
    );
    check(
        story,
        "lineage C-1",
        &expect![[r#"
        C-1 , 2 versions
          2024-01-04 Attributed Storm-1152, relationship because one solver's tokens"#]],
    );
}

#[test]
fn what_is_not_more_likely_than_not_names_nobody() {
    check(
        "C-1
         Storm-1
         ! attribute C-1 Storm-1 unlikely E5",
        "standing C-1",
        &expect![[r#"
            unattributed
            Storm-1, held
              said: held, unlikely (20–45 %); unreliable, improbable
              - it is said to be unlikely (20–45 %)
              - its source is unreliable
              - its information is improbable"#]],
    );
}

#[test]
fn two_that_cannot_both_be_true_contest() {
    let story = "
        C-1
        Storm-1
        Storm-2
        ! attribute C-1 Storm-1 likely B2 because tokens
        ! attribute C-1 Storm-2 roughly-even-chance C3 because names
        ! compete C-1 Storm-1 Storm-2";
    check(
        story,
        "standing C-1",
        &expect![[r#"
        contested
        Storm-1, competing
          said: competing, likely (55–80 %); usually reliable, probably true
          + tokens
          - Storm-2 is held too: roughly even chance (45–55 %)
        Storm-2, competing
          said: competing, roughly even chance (45–55 %); fairly reliable, possibly true
          + names
          - Storm-1 is held too: likely (55–80 %)"#]],
    );
    let decided = format!("{story}\n! supersede C-1 Storm-2 Storm-1 because a test purchase");
    check(
        &decided,
        "standing C-1",
        &expect![[r#"
        attributed to Storm-1
        Storm-1, held
          said: held, likely (55–80 %); usually reliable, probably true
          + tokens
        Storm-2, superseded
          said: superseded, roughly even chance (45–55 %); fairly reliable, possibly true"#]],
    );
    let rejected = format!("{story}\n! reject C-1 Storm-1 because the tokens were replayed");
    check(
        &rejected,
        "standing C-1",
        &expect![[r#"
            unattributed
            Storm-2, competing
              said: competing, roughly even chance (45–55 %); fairly reliable, possibly true
              + names
            Storm-1, rejected
              said: rejected, likely (55–80 %); usually reliable, probably true
              - the tokens were replayed"#]],
    );
}

#[test]
fn said_again_it_is_a_version() {
    let story = "
        C-1
        Storm-1
        ! attribute C-1 Storm-1 likely B2 confidence low
        ! attribute C-1 Storm-1 almost-certain A1 confidence high";
    check(
        story,
        "standing C-1",
        &expect![[r#"
        attributed to Storm-1
        Storm-1, held
          said: held, almost certain (95–99 %); completely reliable, confirmed by other sources; high (85)"#]],
    );
}

#[test]
fn taken_back_it_is_gone_and_may_be_said_anew() {
    let story = "
        C-1
        Storm-1
        ! attribute C-1 Storm-1 likely
        ! withdraw C-1 Storm-1 because a copyist";
    check(story, "standing C-1", &expect!["unattributed"]);
    check(
        story,
        "lineage C-1",
        &expect![[r#"
        C-1 , 3 versions
          2024-01-03 Attributed Storm-1, relationship
          2024-01-04 Withdrawn Storm-1, relationship because a copyist"#]],
    );
    let anew = format!("{story}\n! attribute C-1 Storm-1 very-likely");
    check(
        &anew,
        "standing C-1",
        &expect![[r#"
        attributed to Storm-1
        Storm-1, held
          said: held, very likely (80–95 %)"#]],
    );
}

#[test]
fn another_ones_statement_is_theirs() {
    let story = "
        C-1
        Storm-1
        @Ann
        @Ann says C-1 attributed-to Storm-1 likely
        ! withdraw C-1 Storm-1
        @Bob says ! withdraw C-1 Storm-1
        ! attribute C-1 shop.example likely
        ! compete C-1 Storm-1 Storm-1";
    check(
        story,
        "standing C-1",
        &expect![[r#"
        refused: relationship--59e1d7f4-c8e2-53f0-a7b7-615b79678d3f is not there, or was revoked
        refused: relationship--610684fb-c546-5cc4-8255-b48c34b422a8 is not there, or was revoked
        refused: infrastructure--83e607c3-583d-5006-bf13-00327b93208f is not there, or was revoked
        refused: relationship--59e1d7f4-c8e2-53f0-a7b7-615b79678d3f is not there, or was revoked
        attributed to Storm-1
        Storm-1, held
          said: held, likely (55–80 %)"#]],
    );
}
