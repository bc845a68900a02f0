using System.Collections.Immutable;

namespace LBTool.Cli;

/// <summary>
/// What the exit code of lbtool says. Never 1: <c>dotnet</c> itself uses it, and "the tool is missing" must not look
/// like "the balancer is bad".
/// </summary>
internal static class ExitCodes
{
    /// <summary>All expectations passed, or there was nothing to judge.</summary>
    public const int Passed = 0;

    /// <summary>At least one expectation failed.</summary>
    public const int Failed = 99;

    /// <summary>It cannot be said.</summary>
    public const int Inconclusive = 98;

    /// <summary>The command line or the scenario is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The environment does not allow it.</summary>
    public const int Environment = 3;

    /// <summary>A defect of lbtool.</summary>
    public const int Internal = 70;

    /// <summary>Ended by SIGHUP (the terminal was closed).</summary>
    public const int HungUp = 129;

    /// <summary>Ended by SIGINT (Ctrl-C).</summary>
    public const int Interrupted = 130;

    /// <summary>Ended by SIGTERM.</summary>
    public const int Terminated = 143;

    /// <summary>
    /// The code when part of standard output was lost: what was to be read there cannot be, so this is no success. It is
    /// said on standard error.
    /// </summary>
    /// <param name="code">By the rest.</param>
    /// <param name="loss">Why something was lost; null when nothing was.</param>
    public static int After(int code, Exception? loss)
    {
        if (loss is null)
        {
            return code;
        }

        Console.Error.WriteLine($"lbtool: standard output could not be written: {loss.Message}");
        return code == Passed ? Environment : code;
    }

    /// <summary>Every code with its meaning, for help and documentation.</summary>
    public static ImmutableArray<(int Code, string Meaning)> All { get; } =
    [
        (Passed, "every expectation passed"),
        (Failed, "an expectation failed (--fail-exit-code changes this code)"),
        (Inconclusive, "inconclusive: no data, too few samples, a rate not held, or nothing expected"),
        (Usage, "wrong usage, or an invalid scenario"),
        (Environment, "environment: a port is busy, a file is missing, a backend did not start"),
        (Internal, "internal error of lbtool"),
        (HungUp, "ended by SIGHUP (the terminal was closed), after everything was rolled back"),
        (Interrupted, "ended by Ctrl-C (SIGINT), after everything was rolled back"),
        (Terminated, "ended by SIGTERM, after everything was rolled back"),
    ];
}
