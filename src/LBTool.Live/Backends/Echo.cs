using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Timing;

namespace LBTool.Live.Backends;

/// <summary>
/// What a fake backend does with a line that it is to echo: as <see cref="Application"/> with a request, and with the
/// same statuses, which the line that goes back carries.
/// <code>
///   arrival → recorded → rate limit → place → service time → 200
///                        └ 429        └ full: 503           └ error rate: 500
/// </code>
/// </summary>
internal sealed class Echo(BackendSpec spec, int index, RandomStream random, RunClock clock, Recording? recording)
    : Service(spec, index, random, clock, recording)
{
    private const int Ok = 200;
    private const int TooMany = 429;
    private const int Error = 500;
    private const int QueueFull = 503;

    /// <summary>Works on a line, and returns the status of the answer.</summary>
    /// <param name="number">The number that it carries; 0 for none.</param>
    /// <param name="gone">Cancelled when nobody waits for the answer any more.</param>
    /// <exception cref="OperationCanceledException">Nobody does.</exception>
    public async ValueTask<int> WorkAsync(long number, CancellationToken gone)
    {
        Arrive(number);
        try
        {
            var process = Host.Process;
            await StallAsync(process, gone);
            var status = process.Memory.Limiter?.Take(Host.Now) > TimeSpan.Zero ? TooMany : await ServeAsync(process, gone);
            CountServed();
            return status;
        }
        finally
        {
            Depart();
        }
    }

    private async ValueTask<int> ServeAsync(Process process, CancellationToken gone)
    {
        if (!await process.Places.EnterAsync(gone))
        {
            return QueueFull;
        }

        try
        {
            await WorkAsync(process.Memory, hit: false, gone);
            return DrawError() ? Error : Ok;
        }
        finally
        {
            process.Places.Leave();
        }
    }
}
