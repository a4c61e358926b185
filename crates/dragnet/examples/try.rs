//! try
#![allow(clippy::unwrap_used, clippy::print_stdout)]
use events::read::*;
use std::time::Instant;
fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().unwrap();
    let file = std::fs::File::open(&path).unwrap();
    let bytes = if path.ends_with(".parquet") { Bytes::File(file) } else { Bytes::Stream(Box::new(std::io::BufReader::new(file))) };
    let t = Instant::now();
    let opened = open(bytes, &Options::default()).unwrap_or_else(|e| panic!("{e}"));
    let extra_signals: Vec<u16> = args.next().map(|names| names.split(',').map(|n| opened.extra.iter().position(|x| x == n).unwrap() as u16).collect()).unwrap_or_default();
    let ex = signals::Extractor::new(extra_signals);
    let mut table = signals::Table::default();
    let mut all = vec![];
    for chunk in opened.chunks { let b = chunk.unwrap().parse(); table.append(ex.extract(&b.signups)); all.extend(b.signups); }
    println!("{} rows read {:?}", table.len(), t.elapsed());
    let t = Instant::now();
    let mut limits = campaigns::Limits::default();
    if std::env::var("UNTRAINED").is_ok() { limits.weighing = campaigns::Weighing::Untrained; }
    let found = campaigns::find(&table, &limits, &[]);
    println!("find {:?}", t.elapsed());
    let mut v = signals::Values::wanting(found.wanted());
    for s in &all { v.visit(&ex, s); }
    let f = found.name(&v);
    println!("share {:?}", f.share);
    for m in &f.missing { println!("missing {m}"); }
    println!("{} campaigns, risk>=.5: {}", f.campaigns.len(), f.risk.iter().filter(|r| **r >= 0.5).count());
    for c in f.campaigns.iter().take(15) {
        println!("{} {:?} n={} risk={:.3} {} days", c.id, c.kind, c.accounts, c.risk, (c.last_ms-c.first_ms)/86400000);
        for r in &c.reasons { println!("     {} logp={:.0}", r.words, r.log_p); }
        if let Some(s) = &c.signature { println!("   SIG {} hits {} false {}/{}", s.words, s.hits, s.false_hits, s.background); }
    }
}
