//! `dragnet intel actor`: actors get names, are found to be one, or several; campaigns
//! are attributed to them. Each is a version with its reason; nothing is overwritten.

use crate::commands::Usage;
use crate::intel::{Desk, DeskArgs, WhoArgs, find, us};
use crate::terminal::{self, graph as shown, units};
use actors::attribution::{self, Claim};
use actors::estimate::{Confidence, Likelihood, admiralty};
use actors::extension::Statement;
use actors::lineage::{self, SplitPart};
use actors::{Act, Graph};
use anyhow::bail;
use clap::Subcommand;
use serde_json::json;
use stix::Object;
use store::Origin;

const EXAMPLES: &str = "\
Examples:
  dragnet intel actor name Cluster-0007 Storm-1152 --why 'same shop, same kit'
  dragnet intel actor merge Storm-1152 Cluster-0009 --why 'one API path'
  dragnet intel actor split Storm-1152 --absorbed Cluster-0009 --why 'no'
  dragnet intel actor split Storm-1152 --campaign C-7F3K2M9Q --name Storm-9 \\
    --why 'another kit'
  dragnet intel actor attribute C-7F3K2M9Q Storm-1152 --likelihood likely \\
    --grade B2 --confidence 70 --why 'same kit, same supply of phones'
  dragnet intel actor compete RELATIONSHIP RELATIONSHIP --why 'one actor only'
  dragnet intel actor reject RELATIONSHIP --why 'the kit is sold to anyone'

Likelihood (ICD 203: how likely it is), grade (Admiralty: how good source and
information are) and confidence (0 to 100: how well founded the judgement is)
are three different things. `dragnet intel show CAMPAIGN` lists what stands,
with its ids.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// Name, merge and split actors, attribute campaigns to them
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ActorArgs {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
    /// Print one JSON document
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Give an actor a name; the earlier one becomes an alias
    Name {
        /// The actor
        #[arg(value_name = "ACTOR")]
        actor: String,
        /// Its name from now on
        #[arg(value_name = "NEW_NAME")]
        name: String,
    },
    /// Say that actors are one; their names become aliases
    Merge {
        /// The one that stays
        #[arg(value_name = "ACTOR")]
        survivor: String,
        /// Those that are the same
        #[arg(required = true, value_name = "OTHER")]
        absorbed: Vec<String>,
    },
    /// Say that an actor is several: undo a merge, or make a new one of some campaigns
    Split {
        /// The actor
        #[arg(value_name = "ACTOR")]
        actor: String,
        /// What was merged into it and becomes itself again
        #[arg(long, value_name = "OTHER", required_unless_present = "campaign")]
        absorbed: Vec<String>,
        /// A campaign that goes to a new actor
        #[arg(long, value_name = "CAMPAIGN")]
        campaign: Vec<String>,
        /// The new actor's name [default: the next Cluster-NNNN]
        #[arg(long, value_name = "NAME", requires = "campaign")]
        name: Option<String>,
    },
    /// Attribute a campaign to an actor, or an intrusion set to a threat actor
    Attribute {
        /// The campaign
        #[arg(value_name = "CAMPAIGN")]
        campaign: String,
        /// The actor
        #[arg(value_name = "ACTOR")]
        actor: String,
        /// How likely it is: almost-no-chance, very-unlikely, unlikely,
        /// roughly-even-chance, likely, very-likely, almost-certain
        #[arg(long, value_name = "WORD")]
        likelihood: Option<String>,
        /// How good source and information are, by the Admiralty code: B2
        #[arg(long, value_name = "CODE")]
        grade: Option<String>,
        /// How well founded the judgement is, 0 to 100, or low, medium, high
        #[arg(long, value_name = "N")]
        confidence: Option<String>,
    },
    /// Say of attributions that they cannot all be true
    Compete {
        /// The relationships that attribute
        #[arg(required = true, num_args = 2.., value_name = "RELATIONSHIP")]
        statements: Vec<String>,
    },
    /// Say that an attribution was found wrong
    Reject {
        /// The relationship that attributes
        #[arg(value_name = "RELATIONSHIP")]
        statement: String,
    },
    /// Say that a later attribution took the place of an earlier one
    Supersede {
        /// The relationship that attributed
        #[arg(value_name = "EARLIER")]
        earlier: String,
        /// The one that does now
        #[arg(value_name = "LATER")]
        later: String,
    },
    /// Take an attribution back, for good
    Withdraw {
        /// The relationship that attributes
        #[arg(value_name = "RELATIONSHIP")]
        statement: String,
    },
}

pub(super) fn run(args: ActorArgs) -> anyhow::Result<()> {
    let Some(why) = args.who.why.clone() else {
        bail!(Usage("a judgement needs its reason: --why 'same shop, same kit'".to_owned()));
    };
    let desk = Desk::open(&args.desk)?;
    let graph = desk.graph()?;
    let (action, objects) = made(&graph, &args.what, &Act::new(us(), desk.now(), why.clone()))?;
    let origin = Origin {
        source: "dragnet intel actor".to_owned(),
        sha256: stix::Bundle::of(&objects).id().to_string(),
        licence: None,
        grade: None,
    };
    let act = desk.act(&args.who, &why);
    let count = objects.len() as u64;
    let imported = desk.wait(desk.store().import(&act, &origin, objects.clone(), |_| {}))?;
    let shown = match args.json {
        true => format!("{}\n", serde_json::to_string_pretty(&json!({ "made": objects }))?),
        false => {
            let names: Vec<String> = objects.iter().map(line).collect();
            let made = units::counted(count, "object", "objects");
            format!("{action}: {made}, {} new\n{}", imported.added, names.concat())
        }
    };
    Ok(terminal::print(&shown)?)
}

fn line(object: &Object) -> String {
    let version = object.head().version().map(|version| version.to_string()).unwrap_or_default();
    let name = terminal::text::cut(&shown::name(object), 40);
    format!("  {name}  {}\n", terminal::faint(&format!("{} {version}", object.id())))
}

fn made(graph: &Graph, what: &What, act: &Act) -> anyhow::Result<(&'static str, Vec<Object>)> {
    Ok(match what {
        What::Name { actor, name } => {
            ("named", lineage::name(graph, &find(graph, actor)?, name, act)?)
        }
        What::Merge { survivor, absorbed } => {
            let absorbed = absorbed.iter().map(|name| find(graph, name));
            let absorbed = absorbed.collect::<anyhow::Result<Vec<_>>>()?;
            ("merged", lineage::merge(graph, &find(graph, survivor)?, &absorbed, act)?)
        }
        What::Split { actor, absorbed, campaign, name } => {
            let parts = parts(graph, absorbed, campaign, name.as_deref())?;
            ("split", lineage::split(graph, &find(graph, actor)?, &parts, act)?)
        }
        What::Attribute { campaign, actor, likelihood, grade, confidence } => {
            let claim = claim(likelihood.as_deref(), grade.as_deref(), confidence.as_deref())?;
            let (campaign, actor) = (find(graph, campaign)?, find(graph, actor)?);
            ("attributed", attribution::attribute(graph, &campaign, &actor, &claim, act)?)
        }
        What::Compete { statements } => {
            let all = statements.iter().map(|name| find(graph, name));
            let all = all.collect::<anyhow::Result<Vec<_>>>()?;
            ("competing", attribution::compete(graph, &all, act)?)
        }
        What::Reject { statement } => {
            ("rejected", attribution::reject(graph, &find(graph, statement)?, act)?)
        }
        What::Supersede { earlier, later } => {
            let (earlier, later) = (find(graph, earlier)?, find(graph, later)?);
            ("superseded", attribution::supersede(graph, &earlier, &later, act)?)
        }
        What::Withdraw { statement } => {
            ("withdrawn", attribution::withdraw(graph, &find(graph, statement)?, act)?)
        }
    })
}

fn parts(
    graph: &Graph,
    absorbed: &[String],
    campaigns: &[String],
    name: Option<&str>,
) -> anyhow::Result<Vec<SplitPart>> {
    let mut parts = Vec::new();
    for other in absorbed {
        // By its own id: its name leads to what it was merged into.
        let found = graph.find(other);
        let id = found.iter().find(|one| one.merged_into.is_some()).map(|one| one.id.clone());
        parts.push(SplitPart::Absorbed(id.map_or_else(|| find(graph, other), Ok)?));
    }
    if !campaigns.is_empty() {
        let campaigns = campaigns.iter().map(|name| find(graph, name));
        let campaigns = campaigns.collect::<anyhow::Result<Vec<_>>>()?;
        parts.push(SplitPart::New { name: name.map(str::to_owned), campaigns });
    }
    Ok(parts)
}

fn claim(
    likelihood: Option<&str>,
    grade: Option<&str>,
    confidence: Option<&str>,
) -> anyhow::Result<Claim> {
    let mut statement = Statement::default();
    if let Some(typed) = likelihood {
        let words =
            || Usage(format!("--likelihood {typed}: write likely, very-likely, … (ICD 203)"));
        statement.likelihood = Some(Likelihood::parse(typed).ok_or_else(words)?);
    }
    if let Some(typed) = grade {
        let words = || Usage(format!("--grade {typed}: write A to F and 1 to 6, like B2"));
        let (reliability, credibility) = admiralty(typed).ok_or_else(words)?;
        statement.source_reliability = Some(reliability);
        statement.information_credibility = Some(credibility);
    }
    let words =
        |typed: &str| Usage(format!("--confidence {typed}: write 0 to 100, or low, medium, high"));
    let confidence = confidence.map(|typed| Confidence::parse(typed).ok_or_else(|| words(typed)));
    Ok(Claim { statement, confidence: confidence.transpose()? })
}
