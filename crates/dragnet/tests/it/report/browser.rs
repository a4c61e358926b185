//! The report in a real browser: does it run without complaint, fit a phone,
//! and sort? Chromium is driven by its own command line; where there is none,
//! the tests say so and pass.

use super::story::{Story, ordinary_days, rich};
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A loaded machine starts Chromium in some ten seconds; a hanging one never.
const WAIT_MAX: Duration = Duration::from_secs(120);

const PROBE: &str = include_str!("probe.js");

/// Opens the report and returns what the probe learned, or none without a browser.
fn open(name: &str, story: &Story, width: u32) -> Option<Value> {
    let page = story.render();
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("report-{name}.html"));
    std::fs::write(&kept, &page).unwrap();
    let Some(chromium) = chromium() else {
        println!("skipped: no chromium on the PATH (apt-get install chromium)");
        return None;
    };
    let dir = tempfile::tempdir().unwrap();
    let probed = page
        .replace("script-src '", "script-src 'nonce-probe' '")
        .replace("</body>", &format!("<script nonce=\"probe\">{PROBE}</script></body>"));
    // A headless window is never narrower than 500 pixels; a frame is.
    let quoted = probed.replace('&', "&amp;").replace('"', "&quot;");
    let frame = format!(
        "<!doctype html><iframe width={width} height=900 frameborder=0 srcdoc=\"{quoted}\"></iframe>"
    );
    std::fs::write(dir.path().join("page.html"), frame).unwrap();
    let (dom, log) = browse(&chromium, dir.path());
    let said: Vec<&str> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(
        said.len() == 1 && said[0].contains("the probe has run"),
        "the console must be silent: {said:#?}"
    );
    let learned = &dom[dom.find("<pre id=\"learned\">").expect("the probe left its note") + 18..];
    let learned =
        learned[..learned.find("</pre>").unwrap()].replace("&gt;", ">").replace("&lt;", "<");
    Some(serde_json::from_str(&learned).unwrap())
}

fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
    let dirs: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| dirs.iter().map(move |dir| dir.join(name)))
        .find(|file| file.is_file())
}

/// The page's final tree and the browser's log.
fn browse(chromium: &Path, dir: &Path) -> (String, String) {
    let (out, log) = (dir.join("dom.html"), dir.join("log.txt"));
    let mut browser = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--disable-dev-shm-usage", "--enable-logging=stderr", "--virtual-time-budget=2000"])
        .arg(format!("--user-data-dir={}", dir.join("profile").display()))
        .args(["--window-size=1500,1000", "--dump-dom"])
        .arg(format!("file://{}", dir.join("page.html").display()))
        .stdin(Stdio::null())
        .stdout(File::create(&out).unwrap())
        .stderr(File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while browser.try_wait().unwrap().is_none() {
        if started.elapsed() > WAIT_MAX {
            browser.kill().unwrap();
            browser.wait().unwrap();
            panic!("chromium did not finish within {WAIT_MAX:?}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let read = |path: &Path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    (read(&out), read(&log))
}

fn assert_fits(learned: &Value, width: u64) {
    assert_eq!(learned["width"], width);
    assert!(learned["needed"].as_u64().unwrap() <= width, "the page scrolls sideways: {learned}");
    assert!(learned["neededOpen"].as_u64().unwrap() <= width, "it does once unfolded: {learned}");
    assert_eq!(learned["folded"], 0, "paper has no folds");
}

#[test]
fn a_rich_report_fits_a_phone_and_sorts() {
    let Some(learned) = open("rich", &rich(20), 390) else {
        return;
    };
    assert_fits(&learned, 390);
    let rows = |name: &str| learned[name].to_string();
    expect_test::expect![[r#"
        ["C-70312557 4,100","C-71685674 2,310","C-73058791 960"]
        ["C-70312557 4,100","C-71685674 2,310","C-74431908 1,870"]
        ["C-96401780 5","C-93655546 7","C-92282429 9"]"#]]
    .assert_eq(&[rows("given"), rows("largest"), rows("smallest")].join("\n"));
    assert_eq!(learned["sort"], "descending");
    assert_eq!(learned["sorts"], 1, "one column at a time is marked as sorted");
}

#[test]
fn a_rich_report_fits_a_desk() {
    let mut story = rich(20);
    story.revealed = true;
    if let Some(learned) = open("revealed", &story, 1440) {
        assert_fits(&learned, 1440);
    }
}

#[test]
fn an_empty_report_fits_a_phone() {
    if let Some(learned) = open("empty", &ordinary_days(20_000), 390) {
        assert_fits(&learned, 390);
    }
}
