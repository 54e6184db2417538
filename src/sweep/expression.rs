//! Small expressions over key paths: derived keys and conditions of a study.
//!
//! Numbers, key paths, `+ - * /`, parentheses, and for conditions one of `<= >= < > == !=`.
//! A minus between key paths needs spaces, for names may hold one; a path with spaces stands in
//! backticks.

/// An arithmetic expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A number.
    Number(f64),
    /// The value of a key path.
    Key(String),
    /// Two expressions and what is between them.
    Pair(Box<(Self, Operator, Self)>),
}

/// What stands between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// +
    Add,
    /// −
    Subtract,
    /// ×
    Multiply,
    /// ÷
    Divide,
}

/// A comparison that a design has to meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// As written.
    pub text: String,
    left: Expression,
    comparison: &'static str,
    right: Expression,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// In words, what was found and what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { tokens: tokens(text)?, at: 0 };
        let expression = parser.sum()?;
        match parser.tokens.get(parser.at) {
            None => Ok(expression),
            Some(token) => Err(format!("`{}` follows a complete expression", token.text())),
        }
    }

    /// Its value, where `key` gives those of key paths; `None` if a key has no number.
    pub fn value(&self, key: &dyn Fn(&str) -> Option<f64>) -> Option<f64> {
        Some(match self {
            Self::Number(number) => *number,
            Self::Key(path) => key(path)?,
            Self::Pair(pair) => {
                let (left, right) = (pair.0.value(key)?, pair.2.value(key)?);
                match pair.1 {
                    Operator::Add => left + right,
                    Operator::Subtract => left - right,
                    Operator::Multiply => left * right,
                    Operator::Divide => left / right,
                }
            }
        })
    }

    /// Every key path in it.
    pub fn keys(&self) -> Vec<&str> {
        match self {
            Self::Number(_) => vec![],
            Self::Key(path) => vec![path],
            Self::Pair(pair) => [pair.0.keys(), pair.2.keys()].concat(),
        }
    }
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// In words, what was found and what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let found =
            ["<=", ">=", "==", "!=", "<", ">"].into_iter().find_map(|c| Some((c, text.split_once(c)?)));
        let Some((comparison, (left, right))) = found else {
            return Err("a condition compares two expressions with <=, >=, <, >, == or !=".to_owned());
        };
        let (left, right) = (Expression::parse(left)?, Expression::parse(right)?);
        Ok(Self { text: text.trim().to_owned(), left, comparison, right })
    }

    /// Whether it is met; `None` if a key has no number.
    pub fn holds(&self, key: &dyn Fn(&str) -> Option<f64>) -> Option<bool> {
        let (left, right) = (self.left.value(key)?, self.right.value(key)?);
        Some(match self.comparison {
            "<=" => left <= right,
            ">=" => left >= right,
            "<" => left < right,
            ">" => left > right,
            "==" => left == right,
            _ => left != right,
        })
    }

    /// Every key path in it.
    pub fn keys(&self) -> Vec<&str> {
        [self.left.keys(), self.right.keys()].concat()
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(f64),
    Key(String),
    Sign(char),
}

impl Token {
    fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Key(path) => path.clone(),
            Self::Sign(sign) => sign.to_string(),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii_digit() || first == '.' {
            let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '_');
            let mut length = rest.find(|c| !number(c)).unwrap_or(rest.len());
            if rest[..length].ends_with(['e', 'E']) && rest[length..].starts_with(['-', '+']) {
                let digits = &rest[length + 1..];
                length += 1 + digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            }
            let digits = rest[..length].replace('_', "");
            tokens.push(Token::Number(digits.parse().map_err(|_| format!("`{digits}` is not a number"))?));
            length
        } else if first == '`' {
            let end = rest[1..].find('`').ok_or("a backtick is not closed")?;
            tokens.push(Token::Key(rest[1..=end].to_owned()));
            end + 2
        } else if first.is_alphabetic() || first == '_' {
            let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
            let mut length = 0;
            for (at, c) in rest.char_indices() {
                // A star is part of a path only as a whole name, `park.*.grid`.
                if !(part(c) || c == '*' && rest[..at].ends_with('.')) {
                    break;
                }
                length = at + c.len_utf8();
            }
            tokens.push(Token::Key(rest[..length].to_owned()));
            length
        } else if "+-*/()".contains(first) {
            tokens.push(Token::Sign(first));
            1
        } else {
            return Err(format!("`{first}` is not expected here"));
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn sign(&mut self, signs: &[(char, Operator)]) -> Option<Operator> {
        let Some(Token::Sign(sign)) = self.tokens.get(self.at) else { return None };
        let operator = signs.iter().find(|(known, _)| known == sign)?.1;
        self.at += 1;
        Some(operator)
    }

    fn sum(&mut self) -> Result<Expression, String> {
        let mut left = self.product()?;
        while let Some(operator) = self.sign(&[('+', Operator::Add), ('-', Operator::Subtract)]) {
            left = Expression::Pair(Box::new((left, operator, self.product()?)));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expression, String> {
        let mut left = self.atom()?;
        while let Some(operator) = self.sign(&[('*', Operator::Multiply), ('/', Operator::Divide)]) {
            left = Expression::Pair(Box::new((left, operator, self.atom()?)));
        }
        Ok(left)
    }

    fn atom(&mut self) -> Result<Expression, String> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        match token {
            Some(Token::Number(number)) => Ok(Expression::Number(number)),
            Some(Token::Key(path)) => Ok(Expression::Key(path)),
            Some(Token::Sign('-')) => {
                Ok(Expression::Pair(Box::new((Expression::Number(0.0), Operator::Subtract, self.atom()?))))
            }
            Some(Token::Sign('(')) => {
                let inner = self.sum()?;
                self.at += 1;
                match self.tokens.get(self.at - 1) {
                    Some(Token::Sign(')')) => Ok(inner),
                    _ => Err("a parenthesis is not closed".to_owned()),
                }
            }
            Some(token) => Err(format!("`{}` stands where a number or a key is expected", token.text())),
            None => Err("a number or a key is missing at the end".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(path: &str) -> Option<f64> {
        Some(match path {
            "a.b-c" => 6.0,
            "a.*.d" => 2.0,
            "park.two words.x" => 10.0,
            _ => return None,
        })
    }

    #[test]
    fn expressions_follow_the_rules_of_arithmetic() {
        let value = |text: &str| Expression::parse(text).expect(text).value(&key);
        assert_eq!(value("a.b-c / 2"), Some(3.0));
        assert_eq!(value("1 + a.b-c * (a.*.d - 1) - -2"), Some(9.0));
        assert_eq!(value("a.*.d * 2e-1"), Some(0.4));
        assert_eq!(value("`park.two words.x` - 1_0"), Some(0.0));
        assert_eq!(value("unknown"), None);
    }

    #[test]
    fn conditions_compare() {
        let holds = |text: &str| Condition::parse(text).expect(text).holds(&key);
        assert_eq!(holds("a.b-c <= 6"), Some(true));
        assert_eq!(holds("a.b-c < 6"), Some(false));
        assert_eq!(holds("2 * a.*.d != a.b-c"), Some(true));
    }

    #[test]
    fn mistakes_are_told_in_words() {
        assert_eq!(Expression::parse("1 +"), Err("a number or a key is missing at the end".to_owned()));
        assert_eq!(Expression::parse("(1"), Err("a parenthesis is not closed".to_owned()));
        assert_eq!(Expression::parse("1 2"), Err("`2` follows a complete expression".to_owned()));
        assert!(Condition::parse("a + b").is_err());
    }
}
