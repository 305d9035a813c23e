//! `jirga submit`: scripts for clusters, and one of them carried out by a Slurm that the test starts for itself.

#![allow(clippy::disallowed_methods, reason = "a cluster that does nothing must not hang the tests")]
#![cfg(unix)]

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jirga::journal::file;

use super::support::{jirga_fails, jirga_ok, out, root, small, snapshot};
use super::survival::{bytes, same};

/// A script with what differs between machines taken out.
fn script(folder: &Path, arguments: &[&str]) -> String {
    let here = fs::canonicalize(folder).expect("a folder");
    let text = jirga_ok(folder, &[&["submit"], arguments].concat());
    text.replace(env!("CARGO_BIN_EXE_jirga"), "/bin/jirga").replace(&*here.to_string_lossy(), "/here")
}

#[test]
fn scripts_say_what_they_do_and_are_the_same_each_time() {
    let folder = small();
    let run = [
        "run",
        "small.toml",
        "--trials",
        "1000",
        "--policy",
        "it's",
        "--set",
        "a={ x = [1, 2] }",
        "--out",
        "my results",
    ];
    let slurm =
        script(folder.path(), &[&["--slurm", "8", "--cores", "4", "--sbatch=--partition=short"], &run[..]].concat());
    let hyperqueue = script(folder.path(), &["--hyperqueue", "2", "sweep", "small.toml", "--vary", "a=1,2"]);
    snapshot(&format!("{slurm}\n{hyperqueue}"), "submit");
    for text in [slurm, hyperqueue] {
        // A shell can read it.
        let mut shell = Command::new("bash").arg("-n").stdin(Stdio::piped()).spawn().expect("bash");
        std::io::Write::write_all(&mut shell.stdin.take().expect("a pipe"), text.as_bytes()).expect("a write");
        assert!(shell.wait().expect("an end").success());
    }
}

#[test]
fn what_cannot_be_shared_out_is_refused() {
    let folder = small();
    let refused = |arguments: &[&str]| jirga_fails(folder.path(), &[&["submit"], arguments].concat(), 2);
    assert!(refused(&["--slurm", "2", "check", "small.toml"]).contains("only run, sweep and sensitivity"));
    assert!(refused(&["--slurm", "2", "run", "small.toml", "--until", "ranking: 1 at 95 %"]).contains("--trials"));
    assert!(refused(&["--slurm", "2", "run", "small.toml", "--shard", "1/2"]).contains("by submit itself"));
    assert!(refused(&["--slurm", "2", "run", "small.toml\nrm"]).contains("line break"));
    assert!(refused(&["run", "small.toml"]).contains("--slurm"));
    assert!(refused(&["--slurm", "0", "run", "small.toml"]).contains("0"));
}

/// A Slurm of one node, in a folder of its own.
struct Slurm {
    folder: PathBuf,
    daemons: Vec<Child>,
}

fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(program)).find(|path| path.is_file())
}

fn word(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().expect("a program");
    out(&output).trim().to_string()
}

impl Slurm {
    /// Starts the daemons; `Err` says why it cannot be done here.
    fn start(folder: &Path) -> Result<Self, String> {
        for program in ["munged", "slurmctld", "slurmd", "sbatch"] {
            found(program).ok_or_else(|| format!("{program} is not there"))?;
        }
        let port = || TcpListener::bind("127.0.0.1:0").and_then(|s| s.local_addr()).map(|a| a.port()).expect("a port");
        let (host, user) = (word("hostname", &["-s"]), word("id", &["-un"]));
        let at = |name: &str| folder.join(name).display().to_string();
        for name in ["state", "spool"] {
            fs::create_dir(folder.join(name)).expect("a folder");
        }
        fs::write(folder.join("key"), [7; 1024]).expect("a file");
        word("chmod", &["600", &at("key")]);
        let configuration = format!(
            "ClusterName=private\nSlurmctldHost={host}(127.0.0.1)\nSlurmUser={user}\nSlurmdUser={user}\n\
             AuthType=auth/munge\nAuthInfo=socket={}\nSlurmctldPort={}\nSlurmdPort={}\nStateSaveLocation={}\n\
             SlurmdSpoolDir={}\nSlurmctldPidFile={}\nSlurmdPidFile={}\nProctrackType=proctrack/linuxproc\n\
             TaskPlugin=task/none\nSwitchType=switch/none\nMpiDefault=none\nSelectType=select/cons_tres\n\
             SelectTypeParameters=CR_Core\nReturnToService=2\nSchedulerParameters=sched_interval=1\n\
             NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN\n\
             PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP\n",
            at("socket"),
            port(),
            port(),
            at("state"),
            at("spool"),
            at("controller.pid"),
            at("node.pid"),
        );
        fs::write(folder.join("slurm.conf"), configuration).expect("a file");
        fs::write(folder.join("cgroup.conf"), "").expect("a file");
        let mut slurm = Self { folder: folder.to_path_buf(), daemons: Vec::new() };
        let munge = ["--foreground", "--force", "--key-file", &at("key"), "--socket", &at("socket")].map(String::from);
        let files = ["pid", "log", "seed"].map(|name| format!("--{name}-file={}", at(&format!("munge.{name}"))));
        slurm.daemon("munged", &[&munge[..], &files[..]].concat());
        slurm.until("munge listens", || folder.join("socket").exists())?;
        slurm.daemon("slurmctld", &["-D".to_string(), "-c".to_string()]);
        slurm.daemon("slurmd", &["-D".to_string(), "-c".to_string()]);
        slurm.until("the node is there", || slurm.call("sinfo", &["-h", "-o", "%T"]).contains("idle"))?;
        Ok(slurm)
    }

    fn daemon(&mut self, name: &str, arguments: &[String]) {
        let log = || {
            fs::File::options().create(true).append(true).open(self.folder.join(format!("{name}.log"))).expect("a log")
        };
        let mut command = Command::new(found(name).expect("it was found"));
        command.args(arguments).env("SLURM_CONF", self.folder.join("slurm.conf")).stdout(log()).stderr(log());
        self.daemons.push(command.spawn().expect("a daemon"));
    }

    fn until(&self, what: &str, is_so: impl Fn() -> bool) -> Result<(), String> {
        let start = Instant::now();
        while !is_so() {
            if start.elapsed() > Duration::from_secs(30) {
                let log = |name: &str| fs::read_to_string(self.folder.join(name)).unwrap_or_default();
                let said = ["munged.log", "slurmctld.log", "slurmd.log"].map(log).join("\n");
                return Err(format!("not within 30 s: {what}\n{said}"));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    fn call(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(program);
        let output = command.args(arguments).env("SLURM_CONF", self.folder.join("slurm.conf")).output().expect("Slurm");
        out(&output)
    }
}

impl Drop for Slurm {
    fn drop(&mut self) {
        for daemon in self.daemons.iter_mut().rev() {
            let _ = Command::new("kill").arg(daemon.id().to_string()).status();
            let start = Instant::now();
            while daemon.try_wait().is_ok_and(|state| state.is_none()) && start.elapsed() < Duration::from_secs(10) {
                std::thread::sleep(Duration::from_millis(20));
            }
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

#[test]
fn the_flagship_runs_through_slurm_by_the_script_that_is_printed_to_the_bytes_of_one_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let slurm = match Slurm::start(folder.path()) {
        Ok(slurm) => slurm,
        Err(why) => {
            println!("skipped: no Slurm can be started here: {}", why.lines().next().unwrap_or_default());
            return;
        }
    };
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (whole, united) = (at("whole"), at("united"));
    let run = ["run", "scenarios/pakistan.toml", "--trials", "1920", "--policy", "status-quo", "talks", "--no-plots"];
    let set = ["--set", "horizon=26w"];
    jirga_ok(root(), &[&run[..], &set, &["--quiet", "--out", &whole]].concat());
    // The first shard was begun before and died.
    let first = at("united-shards/1");
    let mut begun = super::support::program(root());
    begun.args(run).args(set).args(["--shard", "1/3", "--out", &first]).stderr(Stdio::null());
    let mut begun = begun.spawn().expect("a start");
    let journal = folder.path().join("united-shards/.1.unfinished/blocks.journal");
    let blocks = || file::find(&journal).ok().flatten().map_or(0, |found| found.scan.records.len());
    slurm.until("a block is done", || blocks() > 0).expect("a block");
    begun.kill().expect("it can be killed");
    begun.wait().expect("an end");

    let script = jirga_ok(root(), &[&["submit", "--slurm", "3"], &run[..], &set, &["--out", &united]].concat());
    fs::write(folder.path().join("submit.sh"), script).expect("a file");
    let sent = slurm.call("bash", &[&at("submit.sh")]);
    assert!(sent.contains("shards: job"), "{sent}");
    let log = |name: &str| fs::read_to_string(folder.path().join("united-shards").join(name)).unwrap_or_default();
    let logs = || ["1.log", "2.log", "3.log", "merge.log"].map(log).join("\n");
    let start = Instant::now();
    while !slurm.call("squeue", &["-h"]).is_empty() {
        assert!(start.elapsed() < Duration::from_secs(120), "{}\n{}", slurm.call("squeue", &[]), logs());
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(log("1.log").contains("goes on with"), "{}", logs());
    assert!(log("merge.log").contains("results in"), "{}", logs());
    let compared = same(&bytes(Path::new(&whole)), &bytes(Path::new(&united)));
    println!(
        "Slurm: {} ran 3 shards and their union, {compared} bytes equal",
        slurm.call("sinfo", &["--version"]).trim()
    );
}
