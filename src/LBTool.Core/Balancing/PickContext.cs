namespace LBTool.Core.Balancing;

/// <summary>What a pick may depend on besides the pool: the time, and for the hashing rules whom the request is for.</summary>
public readonly struct PickContext
{
    private readonly ulong _key;
    private readonly bool _hasKey;

    /// <summary>A pick for nobody in particular.</summary>
    /// <param name="now">Time of the run.</param>
    public PickContext(TimeSpan now) => Now = now;

    /// <summary>A pick for the owner of a key.</summary>
    /// <param name="now">Time of the run.</param>
    /// <param name="key">Hash of the key, see <see cref="KeyHash"/>.</param>
    public PickContext(TimeSpan now, ulong key)
    {
        Now = now;
        _key = key;
        _hasKey = true;
    }

    /// <summary>Time of the run.</summary>
    public TimeSpan Now { get; }

    /// <summary>The same request looking further: with another key, so that a hashing rule has another answer.</summary>
    /// <param name="attempt">Number of the attempt, from 1; each has its own key.</param>
    internal PickContext Again(int attempt) =>
        _hasKey ? new PickContext(Now, KeyHash.Mix(_key, (ulong)attempt)) : this;

    /// <summary>The same request, later.</summary>
    internal PickContext At(TimeSpan now) => _hasKey ? new PickContext(now, _key) : new PickContext(now);

    /// <summary>The hash of the request's key, if it has one.</summary>
    public bool TryGetKey(out ulong key)
    {
        key = _key;
        return _hasKey;
    }
}
