using LBTool.Core.Faults;
using LBTool.Live.Faults;
using LBTool.Live.Timing;

namespace LBTool.Live.Toxiproxy;

/// <summary>Removes toxics whose duration is over.</summary>
internal sealed class ToxicExpiry : IDisposable
{
    private readonly CancellationTokenSource _ending = new();

    /// <summary>Begins the time of a toxic that was just added; does nothing when it has no duration.</summary>
    public void Watch(FaultProxy proxy, string name)
    {
        if (proxy.Toxics.FirstOrDefault(toxic => toxic.Name == name) is { Effect: WireToxic { Duration: { } duration } } added)
        {
            _ = RemoveAsync(proxy, added, duration);
        }
    }

    public void Dispose() => _ending.Cancel();

    private async Task RemoveAsync(FaultProxy proxy, InstalledToxic added, TimeSpan after)
    {
        try
        {
            await PreciseTimer.Shared.DelayAsync(after, _ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        proxy.Remove(added);
    }
}
