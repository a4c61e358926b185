//! Small worlds, a line a fact. A name's form tells its type: `Storm-1152` and
//! `Cluster-0001` are intrusion sets, `C-1` is a campaign, `shop.example` infrastructure,
//! `198.51.100.7` an address, `T1585` an attack pattern, `@Ann` an identity, `?x` an id
//! that no object has, and any other a threat actor. Facts:
//!
//! ```text
//! NAME VERB NAME [likely] [B2] [confidence 70] [held]   a relationship
//! NAME alias WORDS
//! NAME sells GOOD [TIER] at SHOP for AMOUNT [live HOURS] [stock N]
//! NAME role WORD
//! NAME measured SIGNUPS
//! NAME sighted
//! @NAME opines VERDICT on NAME VERB NAME
//! ! name|merge|split|part|part-named|attribute|compete|reject|supersede|withdraw …   an act
//! ```
//!
//! Each line is a day later than the one before; `on DATE` says another day.

use actors::act::relationship_id;
use actors::attribution::{self, Claim, Conclusion};
use actors::estimate::{self, Confidence, Likelihood};
use actors::extension::{self, Measured, Offer, Price, Roles, Statement, Status};
use actors::graph::{Direction, NearLimits, PathLimits, WalkLimits};
use actors::lineage::{self, SplitPart};
use actors::{Act, Graph, Refused};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use stix::validate::{self, Finding, Severity};
use stix::{Id, Object, Timestamp};

pub(crate) struct World {
    pub(crate) objects: Vec<Object>,
    day: u32,
    said: String,
}

/// Who says everything but what identities say.
pub(crate) fn us() -> Id {
    extension::IDENTITY.parse().unwrap()
}

pub(crate) fn id(name: &str) -> Id {
    let name = name.trim_matches('"');
    let is_address = name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_address {
        let properties = Map::from_iter([("value".to_owned(), json!(name))]);
        return Id::of_observable("ipv4-addr", &properties).unwrap();
    }
    let type_name = match name {
        _ if name.starts_with("Storm-") || name.starts_with("Cluster-") => "intrusion-set",
        _ if name.starts_with("C-") => "campaign",
        _ if name.starts_with("T1") => "attack-pattern",
        _ if name.starts_with('@') => "identity",
        _ if name.starts_with('?') || name.contains('.') => "infrastructure",
        _ => "threat-actor",
    };
    // What is made by acts has the id that they give it.
    extension::id(type_name, &[&name.to_lowercase().replace([' ', '-'], ""), us().as_str()])
}

pub(crate) fn time(text: &str) -> Timestamp {
    format!("{text}T00:00:00.000Z").parse().unwrap()
}

impl World {
    pub(crate) fn of(story: &str) -> Self {
        let mut world = Self { objects: Vec::new(), day: 0, said: String::new() };
        for line in story.lines().map(str::trim).filter(|line| !line.is_empty()) {
            world.day += 1;
            world.tell(line);
        }
        world
    }

    pub(crate) fn graph(&self) -> Graph {
        Graph::of(self.objects.iter().cloned())
    }

    fn act(&self, on: Option<&str>, by: Option<&str>) -> Act {
        let (month, day) = ((self.day - 1) / 28 + 1, (self.day - 1) % 28 + 1);
        let at = on.map_or_else(|| time(&format!("2024-{month:02}-{day:02}")), time);
        Act::new(by.map_or_else(us, id), at, "")
    }

    fn tell(&mut self, line: &str) {
        let (line, why) =
            line.split_once(" because ").map_or((line, ""), |(line, why)| (line, why));
        let (line, on) = line
            .split_once(" on 20")
            .map_or((line, None), |(line, on)| (line, Some(format!("20{on}"))));
        let (line, by) = match line.split_once(" says ") {
            Some((by, line)) => (line, Some(by)),
            None => (line, None),
        };
        let mut act = self.act(on.as_deref(), by);
        act.why = why.to_owned();
        let words: Vec<&str> = line.split_whitespace().collect();
        match &words[..] {
            ["!", what, rest @ ..] => self.do_it(what, rest, &act),
            [name, "alias", ..] => self.set(name, "aliases", json!([words[2..].join(" ")]), &act),
            [name, "role", roles @ ..] => {
                let roles = Roles(roles.iter().map(|role| (*role).to_owned()).collect());
                let object = self.object(name, &act);
                self.objects.retain(|other| *other != object);
                self.objects.push(extension::attach(&object, &roles));
            }
            [name, "measured", signups] => {
                let signups = Some(signups.parse().unwrap());
                let measured = Measured { signups, first: Some(act.at), ..Measured::default() };
                let object = self.object(name, &act);
                self.objects.retain(|other| *other != object);
                self.objects.push(extension::attach(&object, &measured));
            }
            [name, "sighted"] => {
                let of = self.object(name, &act).id().clone();
                let parts = [of.as_str(), &self.objects.len().to_string()];
                let mut properties = act.head(&extension::id("sighting", &parts));
                properties.insert("sighting_of_ref".to_owned(), json!(of));
                self.objects.push(Object::from_properties(&properties).unwrap());
            }
            [name, "sells", rest @ ..] if rest.contains(&"for") => self.offer(name, rest, &act),
            [by, "opines", verdict, "of", ends @ ..] => self.opinion(by, verdict, ends, &act),
            [source, verb, target, rest @ ..] => self.relate(source, verb, target, rest, &act),
            [name] => drop(self.object(name, &act)),
            _ => panic!("{line:?} is no fact"),
        }
    }

    /// The object of a name, made where there is none.
    fn object(&mut self, name: &str, act: &Act) -> Object {
        let id = id(name);
        if let Some(found) = self.objects.iter().rev().find(|object| *object.id() == id) {
            return found.clone();
        }
        let mut properties = act.head(&id);
        let key = if id.type_name() == "ipv4-addr" { "value" } else { "name" };
        properties.insert(key.to_owned(), json!(name.trim_start_matches('@')));
        if id.type_name() == "identity" {
            properties.insert("created_by_ref".to_owned(), json!(id));
        }
        if key == "value" {
            for shared in ["created", "modified", "created_by_ref"] {
                properties.remove(shared);
            }
        }
        let object = Object::from_properties(&properties).unwrap();
        if !name.starts_with('?') {
            self.objects.push(object.clone());
        }
        object
    }

    fn set(&mut self, name: &str, key: &str, value: Value, act: &Act) {
        let object = self.object(name, act);
        self.objects.retain(|other| *other != object);
        let mut properties = object.properties();
        properties.insert(key.to_owned(), value);
        self.objects.push(Object::from_properties(&properties).unwrap());
    }

    fn relate(&mut self, source: &str, verb: &str, target: &str, rest: &[&str], act: &Act) {
        let (source, target) = (self.object(source, act), self.object(target, act));
        let object = act.relationship(source.id(), verb, target.id());
        let claim = claim(rest);
        let mut properties = object.properties();
        if let Some(confidence) = claim.confidence {
            properties.insert("confidence".to_owned(), json!(confidence));
        }
        let object = Object::from_properties(&properties).unwrap();
        let is_plain = claim.statement == Statement::default();
        self.objects.push(if is_plain {
            object
        } else {
            extension::attach(&object, &claim.statement)
        });
    }

    fn offer(&mut self, seller: &str, rest: &[&str], act: &Act) {
        let after =
            |word: &str| rest.iter().position(|other| *other == word).map(|at| rest[at + 1]);
        let shop = after("at").map(|shop| self.object(shop, act).id().clone());
        let seller = self.object(seller, act).id().clone();
        let tier = rest.get(1).filter(|tier| !["at", "for"].contains(tier));
        let offer = Offer {
            tier: tier.map(|tier| (*tier).to_owned()),
            platform: Some("Example Mail".to_owned()),
            seller_ref: Some(seller),
            sold_at_ref: shop,
            price: Some(Price {
                amount: after("for").unwrap().parse().unwrap(),
                currency: "USD".to_owned(),
                per: 1000,
            }),
            stock: after("stock").map(|stock| stock.parse().unwrap()),
            live_time_hours_min: after("live").map(|hours| hours.parse().unwrap()),
            ..Offer::new(format!("{} {}", rest[0], tier.unwrap_or(&"")).trim(), rest[0], act.at)
        };
        let before = self.objects.iter().rev().find(|object| *object.id() == offer.id());
        let object = match before {
            Some(before) => offer.quoted_after(before, act).unwrap(),
            None => offer.object(act),
        };
        self.objects.push(object);
    }

    fn opinion(&mut self, by: &str, verdict: &str, ends: &[&str], act: &Act) {
        let act = Act { by: self.object(by, act).id().clone(), ..act.clone() };
        let of = relationship_id(&id(ends[0]), ends[1], &id(ends[2]), &us());
        let mut properties = act.head(&extension::id("opinion", &[by, of.as_str()]));
        properties.insert("opinion".to_owned(), json!(verdict));
        properties.insert("explanation".to_owned(), json!(act.why));
        properties.insert("object_refs".to_owned(), json!([of]));
        self.objects.push(Object::from_properties(&properties).unwrap());
    }

    fn do_it(&mut self, what: &str, rest: &[&str], act: &Act) {
        let graph = self.graph();
        let ids = |names: &[&str]| names.iter().map(|name| id(name)).collect::<Vec<Id>>();
        let said =
            |at: usize| relationship_id(&id(rest[0]), "attributed-to", &id(rest[at]), &act.by);
        let made: Result<Vec<Object>, Refused> = match what {
            "cluster" => Ok(vec![lineage::cluster(&graph, &Roles::default(), act)]),
            "name" => lineage::name(&graph, &id(rest[0]), &rest[1..].join(" "), act),
            "merge" => lineage::merge(&graph, &id(rest[0]), &ids(&rest[1..]), act),
            "split" => {
                let parts = ids(&rest[1..]).into_iter().map(SplitPart::Absorbed);
                lineage::split(&graph, &id(rest[0]), &parts.collect::<Vec<_>>(), act)
            }
            "part" => {
                let part = SplitPart::New { name: None, campaigns: ids(&rest[1..]) };
                lineage::split(&graph, &id(rest[0]), &[part], act)
            }
            "part-named" => {
                let part = SplitPart::New { name: Some(rest[1].to_owned()), campaigns: Vec::new() };
                lineage::split(&graph, &id(rest[0]), &[part], act)
            }
            "attribute" => {
                attribution::attribute(&graph, &id(rest[0]), &id(rest[1]), &claim(&rest[2..]), act)
            }
            "compete" => attribution::compete(&graph, &[said(1), said(2)], act),
            "reject" => attribution::reject(&graph, &said(1), act),
            "supersede" => attribution::supersede(&graph, &said(1), &said(2), act),
            "withdraw" => attribution::withdraw(&graph, &said(1), act),
            other => panic!("{other:?} is no act"),
        };
        match made {
            Ok(made) => {
                let wrong = made.iter().flat_map(|object| {
                    [validate::object(object), extension::check(object)].concat()
                });
                let is_error = |finding: &Finding| finding.severity == Severity::Error;
                assert_eq!(wrong.filter(is_error).collect::<Vec<_>>(), []);
                self.objects.extend(made);
            }
            Err(why) => writeln!(self.said, "refused: {}", self.plain(&why.to_string())).unwrap(),
        }
    }

    /// A text with names in the place of ids.
    fn plain(&self, text: &str) -> String {
        let graph = self.graph();
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for object in &self.objects {
            let name = match object.type_name() {
                "relationship" => "relationship".to_owned(),
                _ => graph.name_of(object.id()),
            };
            names.insert(object.id().to_string(), name);
        }
        names.insert(us().to_string(), "us".to_owned());
        names.into_iter().fold(text.to_owned(), |text, (id, name)| text.replace(&id, &name))
    }
}

/// `likely B2 confidence 70 competing`.
pub(crate) fn claim(words: &[&str]) -> Claim {
    let mut claim = Claim::default();
    for (at, word) in words.iter().enumerate() {
        let statement = &mut claim.statement;
        if let Some(likelihood) = Likelihood::parse(word) {
            statement.likelihood = Some(likelihood);
        } else if let Some((reliability, credibility)) = estimate::admiralty(word) {
            statement.source_reliability = Some(reliability);
            statement.information_credibility = Some(credibility);
        } else if *word == "confidence" {
            claim.confidence = Confidence::parse(words[at + 1]);
        } else if *word == "rejected" {
            statement.status = Status::Rejected;
        }
    }
    claim
}

/// Questions and their answers.
impl World {
    pub(crate) fn answer(&self, question: &str) -> String {
        let graph = self.graph();
        let words: Vec<&str> = question.split_whitespace().collect();
        let answer = match &words[..] {
            ["said"] => String::new(),
            ["find", ..] => find(&graph, &words[1..].join(" ")),
            ["near", name] => near(&graph, &id(name)),
            ["paths", from, to] => paths(&graph, &id(from), &id(to)),
            ["component", name] => component(&graph, &id(name)),
            ["changes", since] => changes(&graph, time(since)),
            ["trade"] => trade(&graph),
            ["shared"] => shared(&graph),
            ["standing", name] => standing(&graph, &id(name)),
            ["lineage", name] => self.lineage(&graph, &id(name)),
            ["dangling"] => format!("{} dangling\n", graph.dangling().count()),
            _ => panic!("{question:?} is no question"),
        };
        (self.said.clone() + &answer).trim_end().to_owned()
    }

    fn lineage(&self, graph: &Graph, id: &Id) -> String {
        let id = graph.resolve(id);
        let object = graph.get(id).unwrap();
        let aliases = object.properties().get("aliases").map(Value::to_string).unwrap_or_default();
        let versions = graph.versions(id).len();
        let mut text = format!("{} {aliases}, {versions} versions\n", graph.name_of(id));
        for step in extension::lineage(object) {
            let refs: Vec<String> = step.refs.iter().map(|id| self.plain(id.as_str())).collect();
            let renamed = step.from.zip(step.to).map(|(from, to)| format!("{from} → {to}"));
            let why = step.why.map(|why| format!(" because {why}")).unwrap_or_default();
            let (at, event) = (step.at.to_string(), step.event);
            let what = renamed.unwrap_or_else(|| refs.join(", "));
            writeln!(text, "  {} {event:?} {what}{why}", &at[..10]).unwrap();
        }
        text
    }
}

fn arrow(direction: Direction, kind: &str) -> String {
    match direction {
        Direction::Out => format!("-{kind}->"),
        Direction::In => format!("<-{kind}-"),
    }
}

fn find(graph: &Graph, text: &str) -> String {
    let found = graph.find(text).into_iter().map(|found| {
        let merged = found.merged_into.map(|id| format!(" = {}", graph.name_of(&id)));
        format!(
            "{:?} {} {}{}\n",
            found.how,
            found.id.type_name(),
            found.name,
            merged.unwrap_or_default()
        )
    });
    found.collect()
}

fn near(graph: &Graph, id: &Id) -> String {
    let Some(near) = graph.neighbours(id, &NearLimits::default()) else { return String::new() };
    let lines = near.neighbours.into_iter().map(|neighbour| {
        let edge = neighbour.edge;
        let through = neighbour.through.map(|id| format!(" (through {})", graph.name_of(&id)));
        let likelihood = edge.statement.and_then(|statement| statement.likelihood);
        let likelihood = likelihood.map(|likelihood| format!(", {}", likelihood.words()));
        let confidence =
            edge.confidence.map(|confidence| format!(", confidence {}", confidence.words()));
        let more = [through, likelihood, confidence].into_iter().flatten().collect::<String>();
        format!("{} {}{more}\n", arrow(edge.direction, &edge.kind), shown(&neighbour.name))
    });
    lines.collect()
}

/// A name; of an id that no object has only its type.
fn shown(name: &str) -> &str {
    name.split_once("--").map_or(name, |(type_name, _)| type_name)
}

fn paths(graph: &Graph, from: &Id, to: &Id) -> String {
    let found = graph.paths(from, to, &PathLimits::default());
    let mut text = String::new();
    for path in found.paths {
        text += &graph.name_of(&path.from);
        for step in path.steps {
            write!(text, " {} {}", arrow(step.edge.direction, &step.edge.kind), shown(&step.name))
                .unwrap();
        }
        text.push('\n');
    }
    text
}

fn component(graph: &Graph, id: &Id) -> String {
    let component = graph.component_of(id, &WalkLimits::default()).unwrap();
    let mut names: Vec<&str> = component.members.iter().map(|member| shown(&member.name)).collect();
    names.sort_unstable();
    names.join(", ")
}

fn changes(graph: &Graph, since: Timestamp) -> String {
    let changes = graph.changed_since(since);
    let mut text = String::new();
    let lists = [("new", changes.new), ("changed", changes.changed), ("revoked", changes.revoked)];
    for (word, list) in lists {
        for change in list.iter().filter(|change| change.id.type_name() != "relationship") {
            writeln!(text, "{word} {}: {}", change.name, change.properties.join(", ")).unwrap();
        }
    }
    for merged in changes.merged {
        let (absorbed, survivor) =
            (graph.name_of(&merged.absorbed), graph.name_of(&merged.survivor));
        writeln!(text, "merged {absorbed} into {survivor}").unwrap();
    }
    text
}

fn trade(graph: &Graph) -> String {
    let trade = graph.trade();
    let names = |ids: &[Id]| ids.iter().map(|id| graph.name_of(id)).collect::<Vec<_>>().join(", ");
    let mut text = String::new();
    for good in trade.goods {
        let quotes =
            good.quotes.iter().map(|quote| format!("{:.4}", quote.each.unwrap_or_default()));
        let quotes = quotes.collect::<Vec<_>>().join(" → ");
        writeln!(
            text,
            "{}: {} at {}: {quotes}",
            good.name,
            names(&good.sellers),
            names(&good.shops)
        )
        .unwrap();
    }
    for deal in trade.deals {
        writeln!(text, "{} {} {}", graph.name_of(&deal.from), deal.kind, graph.name_of(&deal.to))
            .unwrap();
    }
    for trader in trade.traders {
        let inferred = if trader.inferred.is_empty() { "" } else { ", inferred in part" };
        writeln!(text, "{} is {}{inferred}", trader.name, trader.roles.join(", ")).unwrap();
    }
    text
}

fn shared(graph: &Graph) -> String {
    let lines = graph.shared_infrastructure().into_iter().map(|shared| {
        let users: Vec<String> = shared.used_by.into_iter().map(|user| user.name).collect();
        format!("{:.2} {}: {}\n", shared.rarity, shared.name, users.join(", "))
    });
    lines.collect()
}

fn standing(graph: &Graph, id: &Id) -> String {
    let standing = match attribution::standing(graph, id) {
        Ok(standing) => standing,
        Err(why) => return why.to_string(),
    };
    let mut text = match standing.conclusion {
        Conclusion::Unattributed => "unattributed\n".to_owned(),
        Conclusion::Contested => "contested\n".to_owned(),
        Conclusion::Attributed(id) => format!("attributed to {}\n", graph.name_of(&id)),
    };
    for hypothesis in standing.hypotheses {
        writeln!(text, "{}, {}", hypothesis.name, hypothesis.status.as_str()).unwrap();
        for said in hypothesis.statements {
            let grades = [said.likelihood, said.source, said.confidence];
            let grades: Vec<String> = grades.into_iter().flatten().collect();
            writeln!(text, "  said: {}, {}", said.statement.status.as_str(), grades.join("; "))
                .unwrap();
        }
        for (sign, reasons) in [("+", hypothesis.speaks_for), ("-", hypothesis.against)] {
            for reason in reasons {
                writeln!(text, "  {sign} {}", reason.words).unwrap();
            }
        }
    }
    text
}
