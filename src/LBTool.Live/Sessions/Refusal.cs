using System.Collections.Immutable;

namespace LBTool.Live.Sessions;

/// <summary>Why a session does not do what it was asked for.</summary>
public enum RefusalKind
{
    /// <summary>What was asked for is wrong.</summary>
    Invalid,

    /// <summary>It is about something that does not exist.</summary>
    NotFound,

    /// <summary>It does not fit what is there already.</summary>
    Conflict,

    /// <summary>The environment does not allow it.</summary>
    Impossible,
}

/// <summary>A session refuses to do what it was asked for, and has changed nothing.</summary>
/// <param name="kind">Why.</param>
/// <param name="message">What is wrong and what to do instead; may have several lines.</param>
/// <param name="allowed">The names that there are, when it is about one that is not.</param>
public sealed class Refusal(RefusalKind kind, string message, ImmutableArray<string> allowed = default) : Exception(message)
{
    /// <summary>Why.</summary>
    public RefusalKind Kind => kind;

    /// <summary>The names that there are, when it is about one that is not; else empty.</summary>
    public ImmutableArray<string> Allowed { get; } = allowed.IsDefault ? [] : allowed;

    /// <summary>Something of that name does not exist.</summary>
    /// <param name="what">Of which kind it would be: <c>backend</c>.</param>
    /// <param name="name">As asked for.</param>
    /// <param name="known">All that there are.</param>
    public static Refusal NoSuch(string what, string name, IEnumerable<string> known)
    {
        ImmutableArray<string> names = [.. known];
        var nearest = Core.Scenarios.Suggestions.Closest(name, names) is { } near ? $"; did you mean '{near}'?" : ";";
        return new Refusal(RefusalKind.NotFound,
            $"unknown {what} '{name}'{nearest} known: {(names.IsEmpty ? "none" : string.Join(", ", names))}", names);
    }
}
