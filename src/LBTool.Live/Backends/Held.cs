using LBTool.Live.Timing;

namespace LBTool.Live.Backends;

/// <summary>Requests that a fault holds: they go on when it ends.</summary>
internal static class Held
{
    /// <summary>Returns after <paramref name="time"/>, or as soon as the fault has ended.</summary>
    /// <param name="time">How long at most; null: until the fault ends.</param>
    /// <param name="ended">Cancelled when the fault ends.</param>
    /// <param name="gone">Cancelled when the client has gone.</param>
    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    public static async Task ForAsync(TimeSpan? time, CancellationToken ended, CancellationToken gone)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended, gone);
        try
        {
            if (time is { } delay)
            {
                await PreciseTimer.Shared.DelayAsync(delay, either.Token);
            }
            else
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, either.Token);
            }
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            // The fault has ended. Whoever ended it must not do the work of all whom it held.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }
}
