using LBTool.Core.Scenarios.Reading;
using LBTool.Core.Sessions;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>The keys of what a session is asked for and a scenario is not.</summary>
internal static class SessionKeys
{
    private static readonly TimeSpan LongestWindow = TimeSpan.FromMinutes(10);

    private static readonly Key<TimeSpan> Deadline = Key.Optional("deadline", Values.Duration, "the one of `target.drain`, or else 30s",
        "how long what is in flight may take to end by itself; then it is cut");

    private static readonly Key<string> Expr = Key.Required("expr", Values.Text, "the expectation, as a scenario writes it");

    private static readonly Key<TimeSpan> Window = Key.Required("for",
        new Scalar<TimeSpan>(
            $"a duration above 0, at most {Durations.Format(LongestWindow)}",
            (string text, out TimeSpan value) => Durations.TryParse(text, out value) && value > TimeSpan.Zero && value <= LongestWindow,
            () => [Json.Pattern(@"^\s*[0-9]+(\.[0-9]+)?\s*(us|µs|ms|s|m|h)\s*$")]),
        "how long the session is watched, from now on");

    /// <summary>How a backend is drained.</summary>
    public static readonly MapShape<DrainRequest> Drain = Map.Of([Deadline], fields => new DrainRequest(fields.Find(Deadline)?.Value));

    /// <summary>What is expected of the time to come.</summary>
    public static readonly MapShape<ExpectRequest> Expect = Map.Of([Expr, Window], fields => new ExpectRequest(fields.Get(Expr), fields.Get(Window)));

    /// <summary>Nothing.</summary>
    public static readonly MapShape<NoRequest> None = Map.Of([], _ => new NoRequest());
}
