using System.CommandLine;
using System.Text.Json;
using LBTool.Core.Expectations;
using LBTool.Live.Control;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool expect</c>: watches a session for a while, and judges that while.</summary>
internal static class ExpectCommand
{
    // The longest watch, and time for the answer.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(11);

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var expression = new Argument<string>("EXPR") { HelpName = "EXPR", Description = "An expectation, e.g. 'p99 < 60ms'" };
        var window = new Option<string>("--for") { HelpName = "DURATION", Description = "How long the session is watched, from now on; up to 10m", Required = true };
        return SessionVerb.Create(
            terminal,
            new Verb("expect", "Watch a session for a while, then say whether it was as expected",
                "lbtool expect 'p99 < 60ms' --for 10s", "lbtool expect 'share{backend=b1} < 5%' --for 30s --session s2")
            {
                expression, window,
            },
            (session, parsed, stop) => session.SendAsync(
                HttpMethod.Post, "/v1/expect", Fields.Of(("expr", parsed.GetRequiredValue(expression)), ("for", parsed.GetRequiredValue(window))), stop, Patience),
            (answer, _, output) => WriteAsync(Read(answer), output),
            answer => Read(answer).Verdict switch
            {
                Verdict.Passed => ExitCodes.Passed,
                Verdict.Failed => ExitCodes.Failed,
                _ => ExitCodes.Inconclusive,
            });
    }

    private static ExpectAnswer Read(string? answer) => JsonSerializer.Deserialize(answer!, ControlJson.Context.ExpectAnswer)!;

    private static async Task WriteAsync(ExpectAnswer outcome, TextWriter output)
    {
        var interval = outcome.Interval is { } range ? $", 95% interval {range}" : "";
        await output.WriteLineAsync($"{outcome.Verdict.ToString().ToUpperInvariant()}  {outcome.Text}: {outcome.Actual ?? "nothing measured"} ({outcome.Samples} samples{interval})");
        if (outcome.Reason is { } reason)
        {
            await output.WriteLineAsync($"  {reason}");
        }
    }
}
