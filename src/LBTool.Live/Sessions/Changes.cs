namespace LBTool.Live.Sessions;

/// <summary>Lets the changes of a session happen one after the other, so that each finds the session as the last one left it.</summary>
internal sealed class Changes : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Makes a change when it is its turn.</summary>
    public async Task<T> MakeAsync<T>(Func<Task<T>> change)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            return await change().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Makes a change when it is its turn.</summary>
    public Task MakeAsync(Func<Task> change) => MakeAsync(async () =>
    {
        await change().ConfigureAwait(false);
        return true;
    });

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();
}
