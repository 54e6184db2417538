//! A small checker of HTML as this project writes it: stricter than the standard where that is easier.

use std::collections::BTreeSet;

const VOID: [&str; 6] = ["meta", "br", "wbr", "input", "img", "link"];
/// Elements of SVG that may close themselves.
const SHAPES: [&str; 11] =
    ["path", "rect", "polyline", "polygon", "line", "circle", "image", "use", "stop", "ellipse", "g"];

/// A tag with its attributes.
#[derive(Debug, Clone)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Every opening tag of the page, in order.
///
/// # Panics
/// If the page is not well formed: says what and where.
pub fn tags(page: &str) -> Vec<Tag> {
    assert!(page.starts_with("<!DOCTYPE html>"), "no doctype");
    let mut rest = &page["<!DOCTYPE html>".len()..];
    let (mut open, mut found): (Vec<String>, Vec<Tag>) = (Vec::new(), Vec::new());
    while let Some(at) = rest.find('<') {
        text(&rest[..at]);
        let here: String = rest[at..].chars().take(60).collect();
        if let Some(comment) = rest[at..].strip_prefix("<!--") {
            rest = &comment[comment.find("-->").expect("a comment that ends") + 3..];
            continue;
        }
        let end = end_of_tag(&rest[at..]).unwrap_or_else(|| panic!("a tag without end: {here}"));
        let inside = &rest[at + 1..at + end];
        rest = &rest[at + end + 1..];
        if let Some(name) = inside.strip_prefix('/') {
            let expected = open.pop();
            assert_eq!(expected.as_deref(), Some(name), "closed out of turn: {here}");
            continue;
        }
        let closed = inside.ends_with('/');
        let tag = tag(inside.trim_end_matches('/'));
        if tag.name == "script" || tag.name == "style" {
            let close = format!("</{}>", tag.name);
            rest = &rest[rest.find(&close).expect("an end") + close.len()..];
        } else if closed {
            assert!(SHAPES.contains(&tag.name.as_str()), "closes itself: {here}");
        } else if !VOID.contains(&tag.name.as_str()) {
            open.push(tag.name.clone());
        }
        found.push(tag);
    }
    assert!(open.is_empty(), "never closed: {open:?}");
    found
}

/// Where a tag ends: the first `>` outside quotes.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        if c == '"' {
            quoted = !quoted;
        }
        (c == '>' && !quoted).then_some(at)
    })
}

/// Text holds no bare ampersand and no bare angle bracket.
fn text(text: &str) {
    assert!(!text.contains('>'), "a bare > in {text:?}");
    for (at, _) in text.match_indices('&') {
        let entity: String = text[at + 1..].chars().take_while(|c| *c != ';').take(10).collect();
        let known = ["amp", "lt", "gt", "quot", "ensp", "nbsp", "apos"].contains(&entity.as_str())
            || entity.starts_with('#');
        assert!(known, "a bare & before {entity:?}");
    }
}

fn tag(inside: &str) -> Tag {
    let name: String = inside.chars().take_while(|c| !c.is_whitespace()).collect();
    let mut attributes = Vec::new();
    let mut rest = inside[name.len()..].trim_start();
    while !rest.is_empty() {
        let key: String = rest.chars().take_while(|c| !c.is_whitespace() && *c != '=').collect();
        assert!(!key.is_empty() && !key.contains('"'), "an odd attribute in <{inside}>");
        rest = rest[key.len()..].trim_start();
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix("=\"") {
            let end = after.find('"').unwrap_or_else(|| panic!("an open quote in <{inside}>"));
            value = after[..end].to_owned();
            text(&value.replace('>', ""));
            rest = &after[end + 1..];
            assert!(
                rest.is_empty() || rest.starts_with(char::is_whitespace),
                "glued attributes in <{inside}>"
            );
            rest = rest.trim_start();
        } else {
            assert!(!rest.starts_with('='), "an attribute without quotes in <{inside}>");
        }
        assert!(attributes.iter().all(|(known, _)| *known != key), "{key} twice in <{inside}>");
        attributes.push((key, value));
    }
    Tag { name, attributes }
}

/// Checks a whole page and returns its tags.
///
/// # Panics
/// If it breaks a rule.
pub fn check(page: &str) -> Vec<Tag> {
    let tags = tags(page);
    let mut ids = BTreeSet::new();
    for tag in &tags {
        if let Some(id) = tag.attribute("id") {
            assert!(
                !id.is_empty() && !id.contains(' ') && ids.insert(id.to_owned()),
                "id {id:?} twice or empty"
            );
        }
        let handler = tag.attributes.iter().find(|(key, _)| key.starts_with("on"));
        assert!(handler.is_none(), "a handler in markup: {tag:?}");
    }
    for tag in &tags {
        if let Some(target) = tag.attribute("href").and_then(|href| href.strip_prefix('#')) {
            assert!(ids.contains(target), "a link to nowhere: #{target}");
        }
        for key in ["for", "aria-describedby"] {
            let target = tag.attribute(key);
            assert!(target.is_none_or(|target| ids.contains(target)), "{key} without target: {tag:?}");
        }
        for key in ["src", "href"] {
            let value = tag.attribute(key).unwrap_or("#");
            assert!(value.starts_with('#') || value.starts_with("data:"), "leaves the page: {tag:?}");
        }
        match tag.name.as_str() {
            "svg" => {
                let named = tag.attribute("role") == Some("img")
                    && tag.attribute("aria-label").is_some_and(|label| !label.is_empty());
                // What only defines hatches shows nothing.
                let unseen =
                    tag.attribute("aria-hidden") == Some("true") && tag.attribute("width") == Some("0");
                assert!(named || unseen, "a figure without text alternative: {tag:?}");
            }
            "th" => assert!(tag.attribute("scope").is_some(), "a heading without scope: {tag:?}"),
            "html" => assert!(tag.attribute("lang").is_some(), "no language"),
            _ => {}
        }
    }
    let count = |name: &str| tags.iter().filter(|tag| tag.name == name).count();
    assert_eq!((count("h1"), count("main"), count("title")), (1, 1, 1));
    tags
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let page = |body: &str| {
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><title>t</title></head><body><main><h1>a</h1>{body}</main></body></html>"
        )
    };
    check(&page("<p id=\"a\">1 &lt; 2<br></p><a href=\"#a\">x</a>"));
    for wrong in [
        "<p>open",
        "<b><i></b></i>",
        "<p id=\"a\"></p><p id=\"a\"></p>",
        "<p id=\"a\" id=\"b\"></p>",
        "<p class=a></p>",
        "a & b",
        "a > b",
        "<svg></svg>",
        "<a href=\"#nowhere\">x</a>",
        "<img src=\"https://example.org/x.png\">",
        "<p onclick=\"x()\"></p>",
        "<table><tr><th>a</th></tr></table>",
        "<h1>b</h1>",
    ] {
        let found = std::panic::catch_unwind(|| check(&page(wrong)));
        assert!(found.is_err(), "passes: {wrong}");
    }
}
