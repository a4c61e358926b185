//! A PostgreSQL of the tests' own, started once a process, on a socket in a folder of its
//! own. It ends with the process, however that ends. What an empty one looks like is made
//! once a machine and copied: there is a process for each test.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

struct Server {
    bin: PathBuf,
    folder: PathBuf,
    /// The watcher reads from it: when the process is gone, its end is read.
    _until: ChildStdin,
}

/// Watches over a server: it is stopped when the input ends.
const WATCH: &str = r#"
cd "$2"
template="${TMPDIR:-/tmp}/dragnet-tests-postgres-$("$1/postgres" --version | tr -dc 0-9.)-$(id -u)"
if ! [ -d "$template" ]; then
    "$1/initdb" --no-sync --auth=trust --username=test --encoding=UTF8 --locale=C -D new >log 2>&1 || { cat log; exit; }
    mv -T new "$template" 2>log || rm -rf new
fi
cp -r "$template" db
"$1/postgres" -D db -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off -c shared_buffers=64MB >log 2>&1 &
server=$!
until "$1/pg_isready" -q -h "$2"; do kill -0 $server || { cat log; exit; }; sleep 0.05; done
echo ready
exec 1>&-
cat >/dev/null
kill -QUIT $server
wait $server
rm -rf "$2"
"#;

/// The address of a new, empty database; none where there is no PostgreSQL.
pub(crate) fn database() -> Option<String> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = SERVER.get_or_init(start).as_ref()?;
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let mut create = Command::new(server.bin.join("createdb"));
    let create = create.arg("-h").arg(&server.folder).args(["-U", "test", &name]);
    assert!(create.status().unwrap().success());
    Some(format!("postgres:///{name}?host={}&user=test", server.folder.display()))
}

fn start() -> Option<Server> {
    let Some(bin) = bin() else {
        println!("skipped: no PostgreSQL (scripts/test.sh installs it)");
        return None;
    };
    let folder = tempfile::Builder::new().prefix("store-").tempdir().unwrap().keep();
    let mut watch = watch(&bin, &folder).spawn().unwrap();
    let said = said(&mut watch);
    assert!(said == "ready\n", "PostgreSQL does not start: {said}");
    Some(Server { bin, folder, _until: watch.stdin.take().unwrap() })
}

/// PostgreSQL refuses to be root; the package brings a user for it.
fn watch(bin: &Path, folder: &Path) -> Command {
    let user = Command::new("id").arg("-u").output().unwrap().stdout;
    let mut watch = match user == b"0\n" {
        true => {
            let given = Command::new("chown").arg("postgres").arg(folder).status().unwrap();
            assert!(given.success());
            let mut watch = Command::new("runuser");
            watch.args(["-u", "postgres", "--", "sh"]);
            watch
        }
        false => Command::new("sh"),
    };
    watch.args(["-c", WATCH, "sh"]).arg(bin).arg(folder);
    watch.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    watch
}

fn said(watch: &mut Child) -> String {
    // One line: what stands between us and the script keeps the pipe open.
    let mut said = String::new();
    BufReader::new(watch.stdout.take().unwrap()).read_line(&mut said).unwrap();
    said
}

/// Where Debian keeps it, the newest; or on the path.
fn bin() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let debian = folders.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).max();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = debian.into_iter().chain(std::env::split_paths(&path));
    all.into_iter().find(|bin| bin.join("initdb").is_file() && bin.join("postgres").is_file())
}
