namespace LBTool.PowerShell.Sessions;

/// <summary>Which session is meant.</summary>
internal static class RunningSessions
{
    /// <summary>Those that answer.</summary>
    public static IEnumerable<(ControlApi Api, Json Session)> Answering(CancellationToken stop)
    {
        foreach (var file in SessionFile.All().ToArray())
        {
            var api = new ControlApi(file, stop);
            if (Answer(api) is { } session)
            {
                yield return (api, session);
            }
        }
    }

    /// <summary>The one of that name; without a name, the only one that runs.</summary>
    /// <exception cref="LBChaosException">There is none, or there are several.</exception>
    public static ControlApi Choose(string? name, CancellationToken stop)
    {
        if (name is not null)
        {
            return SessionFile.Find(name) is { } named ? new ControlApi(named, stop) : throw NotFound(name);
        }

        var files = SessionFile.All().ToArray();
        if (files.Length == 1)
        {
            return new ControlApi(files[0], stop);
        }

        var running = Answering(stop).Select(session => session.Api).ToArray();
        return running.Length switch
        {
            0 => throw new LBChaosException(Reason.SessionNotFound, $"no session runs"),
            1 => running[0],
            _ => throw new LBChaosException(
                Reason.SessionAmbiguous, $"several sessions run: {string.Join(", ", running.Select(api => api.Session))}"),
        };
    }

    /// <summary>That there is no session of a name.</summary>
    public static LBChaosException NotFound(string name) =>
        new(Reason.SessionNotFound, $"no session is named '{name}'", name);

    // A file whose session ended without tidying up, or whose port someone else has now, is no session.
    private static Json? Answer(ControlApi api)
    {
        try
        {
            return api.Get("session");
        }
        catch (LBChaosException)
        {
            return null;
        }
    }
}
