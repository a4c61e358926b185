fn main() {
    let by = "identity--015e397b-3664-492a-9583-ecde97127da8".parse().unwrap();
    let run = std::fs::read("/tmp/imp/scan/run.json").unwrap();
    let c = std::fs::read("/tmp/imp/scan/campaigns.jsonl").unwrap();
    let t = std::time::Instant::now();
    let taken = actors::scan::read(&run, &c, &actors::scan::Options::new(by)).unwrap();
    let mut n = std::collections::BTreeMap::new();
    for o in &taken.objects {
        *n.entry(o.type_name().to_owned()).or_insert(0) += 1;
    }
    eprintln!("{:?} {n:?}\n  {:?} {:?}", t.elapsed(), taken.notes, taken.rejected);
    for o in &taken.objects {
        for f in stix::validate::object(o).into_iter().chain(actors::extension::check(o)) {
            if f.severity == stix::validate::Severity::Error
                || !matches!(f.rule, "id-random" | "relationship")
            {
                eprintln!("  {f}");
            }
        }
    }
    std::fs::write(
        "/tmp/imp/out_scan.json",
        serde_json::to_string_pretty(&stix::Bundle::of(&taken.objects)).unwrap(),
    )
    .unwrap();
}
