namespace LBTool.Core.Health;

/// <summary>What a balancer thinks of a backend; of several reasons to leave it alone, the last one below.</summary>
public enum BackendState : byte
{
    /// <summary>It is to be probed, and was not yet. Requests may go to it.</summary>
    Unknown,

    /// <summary>It is in the pool.</summary>
    Up,

    /// <summary>What went wrong with requests has put it out of the pool for a while.</summary>
    Ejected,

    /// <summary>Its probes say that it is not well.</summary>
    Down,

    /// <summary>It gets nothing new, and what is in flight goes on.</summary>
    Draining,

    /// <summary>It was drained, and nothing is in flight any more.</summary>
    Drained,

    /// <summary>Somebody has switched it off.</summary>
    Disabled,
}

/// <summary>What people want with a backend, whatever its health.</summary>
public enum AdminState : byte
{
    /// <summary>To be used when it is well.</summary>
    Ready,

    /// <summary>To get nothing new.</summary>
    Draining,

    /// <summary>To get nothing, now that nothing is in flight.</summary>
    Drained,

    /// <summary>To get nothing, until it is ready again.</summary>
    Disabled,
}

/// <summary>The names of states, as expectations and events write them.</summary>
public static class BackendStates
{
    /// <summary>All names, in order of the states.</summary>
    public static IEnumerable<string> Names => Enum.GetValues<BackendState>().Select(NameOf);

    /// <summary>The name of a state, e.g. <c>down</c>.</summary>
    public static string NameOf(BackendState state) => state switch
    {
        BackendState.Unknown => "unknown",
        BackendState.Up => "up",
        BackendState.Ejected => "ejected",
        BackendState.Down => "down",
        BackendState.Draining => "draining",
        BackendState.Drained => "drained",
        _ => "disabled",
    };

    /// <summary>The state of a name; null when there is none.</summary>
    public static BackendState? Find(string name)
    {
        foreach (var state in Enum.GetValues<BackendState>())
        {
            if (NameOf(state) == name)
            {
                return state;
            }
        }

        return null;
    }
}
