using System.Net.Sockets;
using LBTool.Core.Balancing;
using LBTool.Core.Health;
using LBTool.Core.Measurements;
using LBTool.Live.Health;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Health;

public class BackendProberTests
{
    private static readonly ActiveCheck Check = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(30), Fall: 1, Rise: 1);

    [Fact]
    public async Task A_probe_that_gets_no_socket_has_failed_and_the_next_one_is_made()
    {
        var clock = new RunClock();
        clock.Start();
        var pool = new Pool([new Backend("b1", 0)], new RoundRobin());
        var board = new HealthBoard(pool, new HealthRules(Check), new EventBook(), () => clock.Now);
        using var probe = new Probeless();
        using var prober = new BackendProber(pool.Backends[0], Check, probe, new ProbeDeadlines(Check.Timeout), board, clock);
        using var stop = new CancellationTokenSource();

        await prober.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(BackendState.Down, board.StateOf(pool.Backends[0]));
        var probing = prober.RunAsync(ProbeTimes.Of(Check, 1, "b1"), stop.Token);
        await Eventually.TrueAsync(() => probe.Asked >= 5, "it goes on probing");

        await stop.CancelAsync();
        await probing;
    }

    private sealed class Probeless : Probe
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public override ValueTask<ProbeResult> AskAsync()
        {
            Interlocked.Increment(ref _asked);
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }

        public override void Cut()
        {
        }

        public override void Dispose()
        {
        }
    }
}
