namespace LBTool.Live.Faults;

/// <summary>A gate that all links of a proxy pass before they dial or send; closed while the proxy is paused.</summary>
internal sealed class PauseGate
{
    private volatile TaskCompletionSource? _closed;

    /// <summary>Null while the gate is open, else what completes when it opens.</summary>
    public Task? Opening => _closed?.Task;

    public void Close() =>
        Interlocked.CompareExchange(ref _closed, new(TaskCreationOptions.RunContinuationsAsynchronously), null);

    public void Open() => Interlocked.Exchange(ref _closed, null)?.SetResult();
}
