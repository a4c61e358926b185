//! What the graph answers.

use crate::check;
use crate::world::{World, time, us};
use actors::graph::{NearLimits, PathLimits, WalkLimits};
use actors::{Act, Graph};
use expect_test::expect;
use stix::Object;

/// The trade that the extension was made for.
const STORM: &str = "
    Storm-1152 sells account plain at shop.example for 2.2 live 24 stock 90000
    Storm-1152 sells account trusted at shop.example for 11
    Storm-1152 owns shop.example
    Storm-1152 owns solver.example
    solver.example supplies Storm-1152
    solver.example role solver
    Octo-Tempest buys-from Storm-1152
    Octo-Tempest sells account plain at other.example for 9
    page.example markets shop.example
    Storm-1152 sells account plain at shop.example for 17.6 live 24
    C-1 attributed-to Storm-1152 very-likely B2 confidence 70
    C-1 uses 198.51.100.7
";

#[test]
fn an_id_a_name_an_alias_or_the_start_of_one() {
    let story = "
        Storm-1152
        Storm-1152 alias Rock Captcha
        Octo-Tempest
        Octo-Pus
        shop.example";
    check(story, "find STORM 1152", &expect!["Name intrusion-set Storm-1152"]);
    check(story, "find rock-captcha", &expect!["Alias intrusion-set Storm-1152"]);
    check(
        story,
        "find octo",
        &expect![[r#"
        NamePrefix threat-actor Octo-Pus
        NamePrefix threat-actor Octo-Tempest"#]],
    );
    check(story, "find infrastructure--", &expect!["IdPrefix infrastructure shop.example"]);
    check(story, "find oc", &expect![""]);
    check(story, "find nobody", &expect![""]);
}

#[test]
fn an_edge_says_who_says_it_and_how_sure() {
    check(
        STORM,
        "near C-1",
        &expect![[r#"
        -attributed-to-> Storm-1152, very likely (80–95 %), confidence high (70)
        -uses-> 198.51.100.7"#]],
    );
    check(
        STORM,
        "near shop.example",
        &expect![[r#"
        <-markets- page.example
        <-owns- Storm-1152
        <-sold_at_ref- account plain
        <-sold_at_ref- account trusted"#]],
    );
}

#[test]
fn who_sells_what_to_whom() {
    check(
        STORM,
        "trade",
        &expect![[r#"
        account plain: Storm-1152 at shop.example: 0.0022 → 0.0176
        account trusted: Storm-1152 at shop.example: 0.0110
        account plain: Octo-Tempest at other.example: 0.0090
        Octo-Tempest buys-from Storm-1152
        page.example markets shop.example
        solver.example supplies Storm-1152
        page.example is marketer, inferred in part
        other.example is seller, inferred in part
        shop.example is seller, inferred in part
        solver.example is solver
        Storm-1152 is seller, inferred in part
        Octo-Tempest is reseller, inferred in part"#]],
    );
}

#[test]
fn ways_from_a_buyer_to_an_address() {
    check(
        STORM,
        "paths Octo-Tempest 198.51.100.7",
        &expect!["Octo-Tempest -buys-from-> Storm-1152 <-attributed-to- C-1 -uses-> 198.51.100.7"],
    );
    let story = "
        Storm-1 uses a.example
        Storm-1 uses b.example
        Storm-2 uses a.example
        Storm-2 uses b.example
        b.example consists-of c.example
        c.example consists-of a.example";
    check(
        story,
        "paths Storm-1 Storm-2",
        &expect![[r#"
        Storm-1 -uses-> b.example <-uses- Storm-2
        Storm-1 -uses-> a.example <-uses- Storm-2
        Storm-1 -uses-> b.example -consists-of-> c.example -consists-of-> a.example <-uses- Storm-2
        Storm-1 -uses-> a.example <-consists-of- c.example <-consists-of- b.example <-uses- Storm-2"#]],
    );
    check(story, "paths Storm-1 Storm-1", &expect![[""]]);
    check(story, "paths Storm-1 Nobody", &expect![[""]]);
}

#[test]
fn what_was_rejected_leads_nowhere() {
    let story = "
        C-1 attributed-to Storm-1 likely rejected
        C-1 uses a.example";
    check(story, "paths Storm-1 a.example", &expect![""]);
    check(story, "component C-1", &expect!["C-1, a.example"]);
    check(
        story,
        "near C-1",
        &expect![[r#"
        -attributed-to-> Storm-1, likely (55–80 %)
        -uses-> a.example"#]],
    );
}

#[test]
fn circles_and_loops_and_what_is_not_there() {
    let story = "
        a.example consists-of b.example
        b.example consists-of c.example
        c.example consists-of a.example
        a.example consists-of a.example
        c.example consists-of ?gone";
    check(
        story,
        "component a.example",
        &expect!["a.example, b.example, c.example, infrastructure"],
    );
    check(
        story,
        "near a.example",
        &expect![[r#"
        -consists-of-> b.example
        -consists-of-> a.example
        <-consists-of- a.example
        <-consists-of- c.example"#]],
    );
    check(
        story,
        "paths a.example c.example",
        &expect![[r#"
        a.example <-consists-of- c.example
        a.example -consists-of-> b.example -consists-of-> c.example"#]],
    );
    check(story, "dangling", &expect!["1 dangling"]);
}

#[test]
fn what_few_use_comes_before_what_all_use() {
    let story = "
        Storm-1 uses cdn.example
        Storm-2 uses cdn.example
        Storm-3 uses cdn.example
        C-9 uses cdn.example
        Storm-1 owns back.example
        back.example consists-of 198.51.100.7
        C-2 attributed-to Storm-2
        C-2 uses 198.51.100.7
        C-9 uses 203.0.113.9";
    check(
        story,
        "shared",
        &expect![[r#"
        0.51 198.51.100.7: Storm-2, Storm-1
        0.00 cdn.example: C-9, Storm-2, Storm-1, Storm-3"#]],
    );
}

#[test]
fn what_happened_since() {
    let story = "
        Cluster-0007 on 2024-01-01
        shop.example on 2024-01-02
        Storm-1 sells account plain at shop.example for 2 on 2024-01-03
        ! name Cluster-0007 Storm-1152 on 2024-03-01
        Storm-1 sells account plain at shop.example for 3 on 2024-03-02
        C-1 on 2024-03-03
        ! merge Cluster-0007 Storm-1 on 2024-03-04";
    check(
        story,
        "changes 2024-02-01",
        &expect![[r#"
        new C-1: 
        changed account plain: price, quoted
        changed Storm-1152: aliases, lineage, name
        merged Storm-1 into Storm-1152"#]],
    );
    check(story, "changes 2024-04-01", &expect![""]);
}

#[test]
fn the_order_in_which_objects_come_does_not_matter() {
    let world = World::of(STORM);
    let objects = world.objects.clone();
    let all = |objects: Vec<Object>| {
        let graph = Graph::of(objects);
        serde_json::to_string(&(graph.trade(), graph.shared_infrastructure())).unwrap()
    };
    let there = all(objects.clone());
    let back = all(objects.iter().rev().chain(&objects).cloned().collect());
    assert_eq!(there, back);
}

#[test]
fn hubs_are_not_walked_through() {
    let mut story = String::new();
    for n in 0..300 {
        story += &format!("C-{n} uses cdn.example on 2024-01-01\n");
    }
    check(&story, "paths C-1 C-2", &expect![""]);
    let graph = World::of(&story).graph();
    let limits = PathLimits {
        walk: WalkLimits { degree_max: 1000, ..WalkLimits::default() },
        ..PathLimits::default()
    };
    let ends = (crate::world::id("C-1"), crate::world::id("C-2"));
    assert_eq!(graph.paths(&ends.0, &ends.1, &limits).paths.len(), 1);
    let near = graph.neighbours(
        &crate::world::id("cdn.example"),
        &NearLimits { neighbours_max: 10, ..NearLimits::default() },
    );
    assert_eq!(near.map(|near| (near.neighbours.len(), near.left_out)), Some((10, 290)));
}

#[test]
fn a_search_ends_at_its_limits_and_says_so() {
    // Between the rows of this grid are 3^5 ways of the same length.
    let mut story = String::new();
    for row in 0..6 {
        for (from, to) in (0..9).map(|at| (at / 3, at % 3)) {
            story += &format!("r{row}-{from}.example consists-of r{}-{to}.example\n", row + 1);
        }
    }
    let graph = World::of(&story).graph();
    let ends = (crate::world::id("r0-0.example"), crate::world::id("r6-0.example"));
    let found = graph.paths(&ends.0, &ends.1, &PathLimits::default());
    assert_eq!((found.paths.len(), found.is_cut), (25, true));
    let limits = PathLimits { paths_max: 1000, ..PathLimits::default() };
    let found = graph.paths(&ends.0, &ends.1, &limits);
    assert_eq!((found.paths.len(), found.is_cut), (243, false));
    let walk = WalkLimits { visits_max: 10, ..WalkLimits::default() };
    let found = graph.paths(&ends.0, &ends.1, &PathLimits { walk, ..limits });
    assert_eq!((found.paths.len(), found.is_cut), (0, true));
}

#[test]
fn one_version_with_two_contents_is_told_of() {
    let act = Act::new(us(), time("2024-01-01"), "");
    let id = crate::world::id("Storm-1");
    let named = |name: &str| {
        let mut properties = act.head(&id);
        properties.insert("name".to_owned(), name.into());
        Object::from_properties(&properties).unwrap()
    };
    let graph = Graph::of([named("Storm-1"), named("Storm-2"), named("Storm-2")]);
    assert_eq!(graph.conflicts(), std::slice::from_ref(&id));
    assert_eq!(
        (graph.len(), graph.versions(&id).len(), graph.name_of(&id)),
        (1, 2, "Storm-2".to_owned())
    );
}
