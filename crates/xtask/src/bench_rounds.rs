//! What every bench that goes in rounds is told: how many, how long, and whether a missed bar fails.

use anyhow::{Context, Result, bail};

/// The options of a bench in rounds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rounds {
    pub(crate) rounds: usize,
    /// Of one round.
    pub(crate) seconds: u32,
    /// A missed bar is a failure.
    pub(crate) check: bool,
}

impl Rounds {
    /// Reads `--rounds N`, `--seconds N` and `--check`; what is not said is as given.
    pub(crate) fn read<S: AsRef<str>>(
        arguments: &[S],
        rounds: usize,
        seconds: u32,
    ) -> Result<Self> {
        let mut options = Self {
            rounds,
            seconds,
            check: false,
        };
        let mut arguments = arguments.iter().map(AsRef::as_ref);
        while let Some(argument) = arguments.next() {
            let mut number = || -> Result<u32> {
                let value = arguments.next().context("a number is missing")?;
                Ok(value.parse::<u32>()?.max(1))
            };
            match argument {
                "--rounds" => options.rounds = usize::try_from(number()?)?,
                "--seconds" => options.seconds = number()?,
                "--check" => options.check = true,
                other => bail!("no option `{other}`: --rounds N, --seconds N, --check"),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_or_refused() {
        let read = |arguments: &[&str]| Rounds::read(arguments, 5, 4);
        let of = |rounds, seconds, check| Rounds {
            rounds,
            seconds,
            check,
        };
        assert_eq!(read(&[]).unwrap(), of(5, 4, false));
        assert_eq!(read(&["--rounds", "3", "--check"]).unwrap(), of(3, 4, true));
        assert_eq!(read(&["--seconds", "0"]).unwrap(), of(5, 1, false));
        assert!(read(&["--fast"]).is_err());
        assert!(read(&["--rounds"]).is_err());
    }
}
