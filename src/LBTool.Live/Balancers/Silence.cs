namespace LBTool.Live.Balancers;

/// <summary>
/// How long nobody has said anything on a connection. Who carries the bytes only notes who spoke, which costs next to
/// nothing; when that was is for whoever looks from time to time, so that a silence is never found too early, and as
/// much later as the looks are apart, twice at most.
/// </summary>
/// <param name="now">Timestamp of now.</param>
internal sealed class Silence(long now)
{
    private volatile Speaker _heard;
    private long _since = now;

    /// <summary>Who spoke last, as far as is known by looking.</summary>
    public Speaker LastSpeaker { get; private set; }

    /// <summary>Notes that somebody says something.</summary>
    public void Hear(Speaker speaker) => _heard = speaker;

    /// <summary>The silence begins now.</summary>
    public void Begin(long now) => Volatile.Write(ref _since, now);

    /// <summary>Looks: whether nobody has said anything for so long. One caller at a time.</summary>
    /// <param name="now">Timestamp of now.</param>
    /// <param name="limit">A span of timestamps.</param>
    public bool HasLasted(long now, long limit)
    {
        var heard = _heard;
        if (heard == Speaker.Nobody)
        {
            return now - Volatile.Read(ref _since) >= limit;
        }

        _heard = Speaker.Nobody;
        LastSpeaker = heard;
        Begin(now);
        return false;
    }
}

/// <summary>Who says something on a balanced connection.</summary>
internal enum Speaker
{
    /// <summary>Nobody yet.</summary>
    Nobody,

    /// <summary>Who came to the balancer.</summary>
    Client,

    /// <summary>Whom the balancer picked.</summary>
    Backend,
}
