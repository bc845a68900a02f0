namespace LBTool.Core.Health;

/// <summary>
/// How often one backend was ejected, and for how long it is: the n-th time lasts n times as long as the first one, up
/// to a limit, and n shrinks by one for each such time that it has been back (Envoy's rule).
/// </summary>
/// <param name="check">How long.</param>
internal sealed class Ejections(PassiveCheck check)
{
    private int _times;
    private TimeSpan _backSince;

    /// <summary>When it may come back; null when it is not ejected.</summary>
    public TimeSpan? Until { get; private set; }

    /// <summary>Ejects it, or ejects it anew.</summary>
    /// <returns>How long for.</returns>
    public TimeSpan Begin(TimeSpan now)
    {
        if (Until is null)
        {
            _times -= (int)Math.Min(_times, (now - _backSince) / check.Ejection);
        }

        _times++;
        var length = check.Ejection * _times;
        length = length < check.MaxEjection ? length : check.MaxEjection;
        Until = now + length;
        return length;
    }

    /// <summary>Lets it come back.</summary>
    public void End(TimeSpan now)
    {
        Until = null;
        _backSince = now;
    }
}
