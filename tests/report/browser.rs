//! The report in a real browser: a copy of the page carries a script that uses it as a reader would and
//! writes what it found into the page, which headless Chromium then prints.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A Chromium on the path; where there is none, says so past the test harness, which hides what passes.
pub fn chromium(test: &str) -> Option<&'static str> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let runs = |name: &&&str| {
        Command::new(**name).arg("--version").output().is_ok_and(|output| output.status.success())
    };
    let found = names.iter().find(runs).copied();
    if found.is_none() {
        let _ = writeln!(std::io::stderr(), "{test}: did NOT run, there is no Chromium on the path");
    }
    found
}

/// Runs Chromium without a window on a page and returns what it prints.
///
/// # Panics
/// If it does not start or fails.
pub fn run(browser: &str, page: &Path, options: &[&str]) -> String {
    let profile = tempfile::tempdir().expect("a folder");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-extensions"])
        .arg("--virtual-time-budget=60000")
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(options)
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What is recorded from the first moment on: errors, and every try to load something.
const RECORDER: &str = "<script>
window.found = { errors: [], requests: [], checks: {} };
window.addEventListener('error', function (event) { found.errors.push(String(event.message || event.type)); }, true);
window.addEventListener('unhandledrejection', function (event) { found.errors.push(String(event.reason)); });
document.addEventListener('securitypolicyviolation', function (event) { found.requests.push(event.blockedURI); });
['error', 'warn'].forEach(function (kind) {
  console[kind] = function () { found.errors.push(Array.prototype.join.call(arguments, ' ')); };
});
</script>";

/// What a reader does, each with what must follow.
const READER: &str = "<script>
(function () {
  var check = function (name, truth) { found.checks[name] = !!truth; };
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  var wait = function (ready, then) {
    var tries = 0;
    (function again() { if (ready() || (tries += 1) > 400) { then(); } else { setTimeout(again, 50); } }());
  };
  var seen = function (node) { return node.getBoundingClientRect().height > 0; };
  var act = function () {
    var explorer = document.getElementById('explorer');
    check('explorer is ready', explorer.classList.contains('ready'));
    document.getElementById('open-all').click();
    check('every folded part opens', all('details').every(function (details) { return details.open; }));
    var figures = all('figure svg');
    check('there are figures', figures.length > 40);
    check('every figure has size', figures.every(function (svg) {
      var box = svg.getBoundingClientRect();
      return box.width > 200 && box.height > 80;
    }));
    check('the page is no wider than the window', document.documentElement.scrollWidth <= window.innerWidth);
    check('the font is loaded', document.fonts.check('16px \"Noto Sans SC\"'));

    var table = document.querySelector('#parks table.sort');
    var button = table.tHead.rows[0].cells[1].querySelector('button');
    var column = function () {
      return Array.prototype.slice.call(table.tBodies[0].rows, 0, -1).map(function (row) {
        return Number(row.cells[1].getAttribute('data-v'));
      });
    };
    var falls = function (list) { return list.every(function (v, i) { return !i || list[i - 1] >= v; }); };
    var before = column();
    button.click();
    check('a click sorts from the largest', falls(column()) && column().length === before.length);
    check('the heading says so', table.tHead.rows[0].cells[1].getAttribute('aria-sort') === 'descending');
    button.click();
    check('a second click turns it', falls(column().reverse()) && column()[0] < column()[before.length - 1]);
    check('the total stays below', table.tBodies[0].rows[before.length].classList.contains('total'));

    var park = document.getElementById('park');
    var choose = function (value) { park.value = value; park.dispatchEvent(new Event('change')); };
    choose('2');
    check('one park is shown', all('section.park').filter(seen).length === 1 && seen(document.getElementById('park-2')));
    check('the week follows the park', document.getElementById('week-park').value === '2');
    choose('');
    check('all parks are shown', all('section.park').filter(seen).length === all('section.park').length);

    var figure = document.getElementById('park-0-monthly-balance');
    var key = figure.querySelector('.keys button');
    var colour = figure.querySelector('svg').getAttribute('data-legend').split('|')[0].split('=').pop();
    var marks = all('#park-0-monthly-balance svg g[data-series] [fill=\"' + colour + '\"]');
    key.click();
    check('a legend entry hides its series', marks.length > 0 && !marks.some(seen) && key.getAttribute('aria-pressed') === 'false');
    key.click();
    check('and shows it again', marks.every(seen));
    var svg = figure.querySelector('svg'), box = svg.getBoundingClientRect();
    svg.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, bubbles: true }));
    var tip = figure.querySelector('.tip');
    check('the pointer reads values', tip && !tip.classList.contains('hidden') && /[0-9]/.test(tip.textContent));
    var month = figure.querySelector('details tbody').rows[5].cells[0].textContent;
    check('of the month below it', tip && tip.querySelector('b').textContent === month);

    wait(function () { return document.querySelectorAll('#chart polygon').length > 0; }, function () {
      var state = function () { return document.getElementById('chart').innerHTML; };
      var readout = document.getElementById('readout'), day = document.getElementById('week-day');
      var old = state(), date = day.value, text = readout.textContent;
      check('the week is drawn', document.querySelectorAll('#chart polygon').length > 1);
      document.getElementById('week-after').click();
      check('the next week is another', state() !== old && day.value !== date);
      document.getElementById('chart').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
      check('the arrow key reads the next hour', readout.textContent !== text && /kW|MW/.test(readout.textContent));
      var series = document.querySelector('#week-keys button');
      var name = series.getAttribute('data-key');
      var drawn = function () { return document.querySelectorAll('#chart [data-series=\"' + name + '\"]').length; };
      var had = drawn();
      series.click();
      check('a series is hidden', had === 1 && drawn() === 0);
      series.click();
      day.value = day.min;
      day.dispatchEvent(new Event('change'));
      check('a day is chosen', day.value === day.min && day.min.slice(4) === '-01-01');
      var level = function () {
        var labels = all('#chart text').slice(0, 5).map(function (node) { return node.textContent; });
        var places = labels.map(function (label) { return (label.split('.')[1] || '').length; });
        return labels.length === 5 && places.every(function (count) { return count === places[0] && count < 3; });
      };
      check('labels of the axis have the same few decimals', level());
      var parks = document.getElementById('week-park'), before = state();
      parks.value = parks.options[parks.options.length - 1].value;
      parks.dispatchEvent(new Event('change'));
      wait(function () { return state() !== before; }, function () {
        check('another park is drawn', state() !== before);
        check('and its axis is labelled as well', level());
        performance.getEntriesByType('resource').forEach(function (entry) {
          if (entry.name.indexOf('data:') !== 0) { found.requests.push(entry.name); }
        });
        var out = document.createElement('pre');
        out.id = 'self-test';
        out.textContent = JSON.stringify(found);
        document.body.appendChild(out);
      });
    });
  };
  window.addEventListener('load', function () {
    wait(function () { return document.getElementById('explorer').classList.contains('ready'); }, act);
  });
}());
</script>";

/// What a reader in the browser found: errors, requests, and the checks with their outcome.
///
/// # Panics
/// If the script in the page did not come to its end.
pub fn read(browser: &str, report: &Path, width: u32) -> serde_json::Value {
    let page = std::fs::read_to_string(report).expect("reads");
    let page = page.replacen("<title>", &format!("{RECORDER}<title>"), 1);
    let page = page.replacen("</body>", &format!("{READER}</body>"), 1);
    let folder = tempfile::tempdir().expect("a folder");
    let copy: PathBuf = folder.path().join("copy.html");
    std::fs::write(&copy, page).expect("writes");
    let dom = run(browser, &copy, &["--dump-dom", &format!("--window-size={width},900")]);
    let start = dom.find("<pre id=\"self-test\">").expect("the reader comes to the end")
        + "<pre id=\"self-test\">".len();
    let json = &dom[start..start + dom[start..].find("</pre>").expect("an end")];
    let json = json.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    serde_json::from_str(&json).expect("JSON")
}

/// Pages of the report as it prints.
pub fn printed_pages(browser: &str, report: &Path) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let pdf = folder.path().join("report.pdf");
    run(browser, report, &["--no-pdf-header-footer", &format!("--print-to-pdf={}", pdf.display())]);
    let bytes = std::fs::read(&pdf).expect("a PDF");
    let text = String::from_utf8_lossy(&bytes);
    text.match_indices("/Type /Page").filter(|(at, found)| !text[at + found.len()..].starts_with('s')).count()
}
