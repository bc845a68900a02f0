namespace LBTool.Cli;

/// <summary>Ends a command with a message for its user: what is wrong, where, and what to do instead.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="message">Complete by itself; may have several lines.</param>
internal sealed class Failure(int exitCode, string message) : Exception(message)
{
    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>The command line or the scenario is wrong.</summary>
    public static Failure Usage(string message) => new(ExitCodes.Usage, message);

    /// <summary>A word of the command line is wrong, which is told as <see cref="UsageErrors"/> tells it.</summary>
    public static Failure Word(string message) => Usage($"lbtool: {message}");

    /// <summary>The environment does not allow it.</summary>
    public static Failure Environment(string message) => new(ExitCodes.Environment, message);
}
