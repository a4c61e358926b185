use actors::import::{self, Options};
fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().unwrap();
    let text = std::fs::read(&path).unwrap();
    let by = "identity--015e397b-3664-492a-9583-ecde97127da8".parse().unwrap();
    let mut o = Options::new("2026-11-02T00:00:00.000Z".parse().unwrap(), by, "vk-market");
    o.currency = "RUB".into();
    let t = std::time::Instant::now();
    let taken = import::read(&text, &o).unwrap();
    eprintln!(
        "{path}: {:?} {} objects {} rejected in {:?}",
        import::recognise(&text),
        taken.objects.len(),
        taken.rejected.len(),
        t.elapsed()
    );
    let mut n = std::collections::BTreeMap::new();
    for o in &taken.objects {
        *n.entry(o.type_name().to_owned()).or_insert(0) += 1;
    }
    eprintln!("  {n:?}\n  {:?}", taken.notes);
    for r in taken.rejected.iter().take(5) {
        eprintln!("  {r:?}");
    }
    let mut bad = 0;
    for o in &taken.objects {
        for f in stix::validate::object(o).into_iter().chain(actors::extension::check(o)) {
            if f.severity == stix::validate::Severity::Error
                || !matches!(f.rule, "id-random" | "relationship")
            {
                bad += 1;
                if bad < 6 {
                    eprintln!("  {f}");
                }
            }
        }
    }
    if let Some(out) = args.next() {
        std::fs::write(out, serde_json::to_string(&stix::Bundle::of(&taken.objects)).unwrap())
            .unwrap();
    }
    let s = std::fs::read_to_string("/proc/self/status").unwrap();
    eprintln!("  {}", s.lines().find(|l| l.starts_with("VmHWM")).unwrap());
}
