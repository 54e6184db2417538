//! What a run leaves behind when the system fails it: exit 1, a clear word, no half folder, the old
//! result as it was.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const PARK: &str = r#"schema = 1
name = "small"
[time]
year = 2025
step_minutes = 15
[site]
latitude_deg = 26.66
longitude_deg = 119.55
timezone = "Asia/Shanghai"
[[park]]
name = "works"
[[park.load]]
archetype = "office"
annual_mwh = 1000
"#;

const ZEROPARK: &str = env!("CARGO_BIN_EXE_zeropark");

fn zeropark(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(ZEROPARK).current_dir(folder).args(arguments).output().expect("starts")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with the scenario and a finished run in `out`.
fn finished() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("park.toml"), PARK).expect("writes");
    let output = zeropark(folder.path(), &["run", "park.toml", "-o", "out", "-q", "--no-plots"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    folder
}

/// The old result reads as it did, and nothing stands beside it.
fn untouched(folder: &Path, before: &[u8]) {
    assert!(std::fs::read(folder.join("out/summary.json")).expect("reads") == before);
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("lists")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["out", "park.toml"]);
}

fn summary(folder: &Path) -> Vec<u8> {
    std::fs::read(folder.join("out/summary.json")).expect("reads")
}

/// A limit on the size of files stands in for a quota; a year of quarter-hours needs some 5 MB.
#[test]
#[cfg(unix)]
fn a_file_that_hits_a_quota_leaves_the_old_result() {
    let folder = finished();
    let before = summary(folder.path());
    let line = format!("trap '' XFSZ; ulimit -f 100; exec {ZEROPARK} run park.toml -o out --no-plots");
    let output = Command::new("sh").current_dir(folder.path()).args(["-c", &line]).output().expect("starts");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("series_works.csv cannot be written: File too large"),
        "{}",
        said(&output)
    );
    untouched(folder.path(), &before);
}

/// A disk of 1 MB, where the machine lets us mount one (as root).
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_nothing_behind() {
    let folder = finished();
    let disk = folder.path().join("disk");
    std::fs::create_dir(&disk).expect("makes");
    let mount = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
        .arg(&disk)
        .stderr(Stdio::null())
        .status();
    if !mount.is_ok_and(|status| status.success()) {
        return; // only root may mount; the quota test above covers the rest
    }
    let output = zeropark(folder.path(), &["run", "park.toml", "-o", "disk/out", "--no-plots"]);
    let left = std::fs::read_dir(&disk).expect("lists").count();
    let unmounted = Command::new("umount").arg(&disk).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("No space left on device"), "{}", said(&output));
    assert_eq!(left, 0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_place_that_cannot_be_written_is_named() {
    let folder = finished();
    let before = summary(folder.path());
    for place in ["/proc/zeropark", "park.toml/out"] {
        let output = zeropark(folder.path(), &["run", "park.toml", "-o", place, "-q"]);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains(&format!("{place}.partial cannot be written")), "{}", said(&output));
    }
    untouched(folder.path(), &before);
}

#[test]
#[cfg(target_os = "linux")]
fn json_that_cannot_be_printed_is_a_failure() {
    let folder = finished();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("is there");
    let output = Command::new(ZEROPARK)
        .current_dir(folder.path())
        .args(["run", "park.toml", "-o", "out", "-q", "--no-plots", "--json"])
        .stdout(full)
        .output()
        .expect("starts");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("the output cannot be printed: No space left on device"));
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_with_1_and_leaves_the_old_result() {
    let folder = finished();
    let before = summary(folder.path());
    // A thousand parks take long enough to be interrupted.
    let table: String = (0..1000).map(|index| format!("park {index},{}\n", 100 + index)).collect();
    let parks = folder.path().join("parks.csv");
    std::fs::write(&parks, format!("name,load.load.annual_mwh\n{table}")).expect("writes");
    let many = folder.path().join("many.toml");
    let text = format!("{PARK}[parks]\nfile = \"parks.csv\"\ntemplate = \"works\"\n");
    std::fs::write(&many, text).expect("writes");
    let child = Command::new(ZEROPARK)
        .current_dir(folder.path())
        .args(["run", "many.toml", "-o", "out", "--no-plots"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let started = Instant::now();
    let writing = || {
        let partial = std::fs::read_dir(folder.path().join("out.partial"));
        partial.is_ok_and(|mut entries| entries.next().is_some())
    };
    while !writing() && started.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(2));
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("interrupted"), "{}", said(&output));
    std::fs::remove_file(parks).expect("removes");
    std::fs::remove_file(many).expect("removes");
    untouched(folder.path(), &before);
}

/// A disk that fills up in the middle of a sweep: finished chunks stay, and with room made the sweep
/// goes on to the bytes of one that nobody stopped.
#[test]
#[cfg(target_os = "linux")]
fn a_sweep_that_fills_the_disk_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let park = PARK.replace("step_minutes = 15", "") + "[park.grid]\nimport_limit_kw = 1500\n";
    std::fs::write(folder.path().join("park.toml"), park).expect("writes");
    let study = "scenario = \"park.toml\"\nmetrics = [\"energy.grid_import_kwh\", \"energy.peak_import_kw\"]\n\
                 [sample]\nmethod = \"sobol\"\ncount = 40000\n[[vary]]\nkey = \"park.works.grid.import_limit_kw\"\n\
                 min = 1000\nmax = 2000\n";
    std::fs::write(folder.path().join("study.toml"), study).expect("writes");
    let disk = folder.path().join("disk");
    std::fs::create_dir(&disk).expect("makes");
    let mount = |options: &str| {
        let command = ["-t", "tmpfs", "-o", options, "tmpfs"];
        let status = Command::new("mount").args(command).arg(&disk).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    if !mount("size=512k") {
        eprintln!("no disk could be mounted (only root may): filling it in a sweep did not run");
        return;
    }
    let cut = zeropark(folder.path(), &["sweep", "study.toml", "-q", "-o", "disk/out"]);
    let kept = std::fs::read_dir(disk.join("out.partial")).map_or(0, Iterator::count);
    let grown = mount("remount,size=64m");
    let resumed = zeropark(folder.path(), &["sweep", "study.toml", "-q", "--resume", "-o", "disk/out"]);
    let table = std::fs::read(disk.join("out/results.csv"));
    let manifest = std::fs::read_to_string(disk.join("out/manifest.json"));
    let unmounted = Command::new("umount").arg(&disk).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    assert_eq!(cut.status.code(), Some(1), "{}", said(&cut));
    let words = ["No space left on device", "go on with --resume", "disk/out.partial"];
    assert!(words.iter().all(|word| said(&cut).contains(word)), "{}", said(&cut));
    assert!(kept > 10, "{kept}");
    assert!(grown);
    assert_eq!(resumed.status.code(), Some(0), "{}", said(&resumed));
    let manifest: serde_json::Value = serde_json::from_str(&manifest.expect("reads")).expect("is JSON");
    assert!(manifest["sweep"]["resumed_chunks"].as_u64() > Some(10), "{manifest}");
    let whole = zeropark(folder.path(), &["sweep", "study.toml", "-q", "-o", "whole"]);
    assert_eq!(whole.status.code(), Some(0), "{}", said(&whole));
    assert!(std::fs::read(folder.path().join("whole/results.csv")).expect("reads") == table.expect("reads"));
}
