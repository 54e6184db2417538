//! The `zeropark` binary: hands over to [`zeropark::cli`].

fn main() -> std::process::ExitCode {
    zeropark::cli::main()
}
