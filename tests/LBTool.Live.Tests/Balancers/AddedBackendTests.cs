using LBTool.Core.Randomness;
using LBTool.Live.Backends;
using LBTool.Live.Http;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Balancers;

public class AddedBackendTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backend_that_is_added_serves_and_one_that_is_removed_does_not()
    {
        await using var rig = await Rig.StartAsync([Rig.Spec("b1")]);
        await using var added = new FakeBackend(Rig.Spec("b2"), 1, 1, RandomStream.Derive(1, "b2"), new RunClock(), null);
        await added.StartAsync(Stop);

        var backend = rig.Balancer.Add("b2", 1, added.EndPoint);
        rig.Pool.Remove(rig.Pool.Backends[0], TimeSpan.Zero);

        for (var number = 1; number < 4; number++)
        {
            using var answer = await rig.Client.SendAsync(rig.Request(number), Stop);
            Assert.Equal((200, "b2"), ((int)answer.StatusCode, answer.Header(LbHeaders.Backend)));
        }

        Assert.Equal(1, backend.Index);
    }

    [Fact]
    public async Task So_it_is_for_connections()
    {
        await using var rig = await TcpRig.StartAsync();
        using var added = Faults.Wire.Listen();

        var backend = rig.Balancer.Add("b2", 1, (System.Net.IPEndPoint)added.LocalEndPoint!);
        rig.Pool.Remove(rig.Pool.Backends[0], TimeSpan.Zero);

        for (var number = 1; number < 4; number++)
        {
            await rig.DialAsync();
            using var server = await added.AcceptAsync(Stop);
        }

        Assert.Equal(1, backend.Index);
        Assert.Throws<ArgumentException>(() => rig.Balancer.Add("b2", 1, rig.Balancer.EndPoint));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused()
    {
        await using var rig = await Rig.StartAsync([Rig.Spec("b1")]);
        var refused = Assert.Throws<ArgumentException>(() => rig.Balancer.Add("b1", 1, rig.Backends[0].EndPoint));
        Assert.Contains("already has a backend called b1", refused.Message);
        Assert.Single(rig.Pool.Backends);
    }
}
