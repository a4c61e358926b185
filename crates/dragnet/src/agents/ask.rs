//! From a question to its answer.

use super::answer::page;
use super::tools::{LIMIT, LIMIT_MAX};
use super::{Agent, Answer, Refused};
use crate::commands::policy::names_document;
use crate::intel::find;
use actors::graph::{NearLimits, PathLimits};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Campaigns {
    #[serde(default)]
    text: String,
    #[serde(default)]
    risk_min: f64,
    #[serde(flatten)]
    paging: Paging,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Campaign {
    campaign: String,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    account: String,
    limit: Option<usize>,
}

#[derive(Deserialize)]
struct Objects {
    #[serde(default)]
    text: String,
    #[serde(rename = "type")]
    of_type: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Object {
    object: String,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ways {
    from: String,
    to: String,
    limit: Option<usize>,
}

#[derive(Deserialize)]
struct Paging {
    after: Option<String>,
    limit: Option<usize>,
}

impl Paging {
    fn of<T>(&self, all: Vec<T>) -> Result<(Vec<T>, Option<String>), Refused> {
        let after = self.after.as_deref().map_or(Ok(0), str::parse);
        let after = after.map_err(|_| Refused::of("`after` is `next` of the page before"))?;
        Ok(page(all, after, limit(self.limit)))
    }
}

fn limit(asked: Option<usize>) -> usize {
    asked.unwrap_or(LIMIT).clamp(1, LIMIT_MAX)
}

impl Agent {
    /// Answers a question.
    pub(super) async fn answer(&self, tool: &str, asked: Value) -> Result<Answer, Refused> {
        match tool {
            "search_campaigns" => {
                let asked: Campaigns = serde_json::from_value(asked)?;
                let found = self.results.search(&asked.text, asked.risk_min, self.view.names())?;
                let (found, next) = asked.paging.of(found)?;
                Answer::page(json!({ "campaigns": found }), next)
            }
            "show_campaign" => {
                let asked: Campaign = serde_json::from_value(asked)?;
                self.explained(&asked.campaign, asked.limit)
            }
            "explain_account" => {
                let asked: Account = serde_json::from_value(asked)?;
                self.explained(&asked.account, asked.limit)
            }
            "search_objects" => self.objects(serde_json::from_value(asked)?).await,
            "show_object" => self.object(serde_json::from_value(asked)?).await,
            "graph" => self.ways(serde_json::from_value(asked)?).await,
            "list_policies_names" => Answer::whole(names_in_short()),
            _ => Err(Refused::of(format!("there is no tool called {tool:?}"))),
        }
    }

    fn explained(&self, subject: &str, asked: Option<usize>) -> Result<Answer, Refused> {
        Answer::whole(self.results.explain(subject, self.view.names(), limit(asked))?)
    }

    async fn objects(&self, asked: Objects) -> Result<Answer, Refused> {
        let graph = self.view.graph(&self.store).await?;
        let is_wanted = |of: &str| asked.of_type.as_deref().is_none_or(|wanted| wanted == of);
        let found: Vec<Value> = match (asked.text.is_empty(), &asked.of_type) {
            (false, _) => {
                let found = graph.find(&asked.text).into_iter();
                let found = found.filter(|one| is_wanted(one.id.type_name()));
                found.map(|one| json!({ "id": one.id, "name": one.name })).collect()
            }
            (true, Some(of)) => {
                let all = graph.of_type(of).map(
                    |one| json!({ "id": one.id(), "name": crate::terminal::graph::name(one) }),
                );
                all.collect()
            }
            (true, None) => return Err(Refused::of("ask for a text, a type, or both")),
        };
        let (found, next) = asked.paging.of(found)?;
        Answer::page(json!({ "objects": found }), next)
    }

    async fn object(&self, asked: Object) -> Result<Answer, Refused> {
        let graph = self.view.graph(&self.store).await?;
        let id = find(&graph, &asked.object)?;
        let limits = NearLimits { neighbours_max: limit(asked.limit), ..NearLimits::default() };
        let near = graph.neighbours(&id, &limits);
        let near = near.ok_or_else(|| Refused::of("nothing says what that is"))?;
        Answer::whole(json!({ "object": graph.get(&near.id), "near": near }))
    }

    async fn ways(&self, asked: Ways) -> Result<Answer, Refused> {
        let graph = self.view.graph(&self.store).await?;
        let (from, to) = (find(&graph, &asked.from)?, find(&graph, &asked.to)?);
        let limits = PathLimits { paths_max: limit(asked.limit), ..PathLimits::default() };
        Answer::whole(serde_json::to_value(graph.paths(&from, &to, &limits))?)
    }
}

/// The names, without the thousands that patterns stand for.
fn names_in_short() -> Value {
    let mut document = names_document();
    let groups = document["groups"].as_array_mut().into_iter().flatten();
    let names = groups.filter_map(|group| group["names"].as_array_mut()).flatten();
    names.filter_map(Value::as_object_mut).for_each(|name| {
        name.remove("stands_for");
    });
    document
}
