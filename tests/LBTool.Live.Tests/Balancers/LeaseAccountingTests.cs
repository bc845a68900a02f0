using System.Collections.Concurrent;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Tests.Balancers;

[Collection(Busy.Name)]
public class LeaseAccountingTests
{
    private const int Clients = 256;

    [Theory]
    [InlineData(1, 1, 50_000)]
    [InlineData(2, 2, 5_000)]
    public async Task Every_lease_ends_once_whatever_happens_to_its_request(int front, int behind, int requests)
    {
        var timeout = TimeSpan.FromMilliseconds(120);
        await using var rig = await Rig.StartAsync(
            [
                Rig.Spec("plain"),
                Rig.Spec("queueing", TimeSpan.FromMilliseconds(2), concurrency: 2, queue: 2, errors: 0.1),
                Rig.Spec("breaking", body: 20_000),
                Rig.Spec("too-slow", TimeSpan.FromMilliseconds(400)),
            ],
            new HttpVersions(front, behind),
            timeout);
        foreach (var point in Enum.GetValues<AbortPoint>())
        {
            rig.Backends[2].Add($"{point}", new HttpEffect(0.2, new HttpAbort(point)));
        }

        var seen = new ConcurrentDictionary<long, bool>();
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number <= requests)
            {
                if (number % 1_000 == 500)
                {
                    rig.Backends[number / 1_000 % 2].Restart();
                }

                await SendOneAsync(rig, number, seen);
            }
        })));

        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "no request is in flight");
        Assert.All(rig.Pool.Backends, backend => Assert.Equal(0, backend.InFlight));
        var leases = rig.Recording.Leases.Read().ToLookup(lease => lease.Request);
        Assert.All(seen, answer => Assert.Single(leases[answer.Key]));

        // With a body, a whole answer may have come before the upload had ended: then the lease says that it was cut.
        // And an answer may be whole for its client in the very moment in which the balancer loses patience; its timer
        // counts whole milliseconds and may be 4 ms early.
        var differ = seen.Where(answer => !HasBody(answer.Key) && answer.Value != leases[answer.Key].Single().Ok);
        Assert.All(differ.Select(answer => leases[answer.Key].Single()), lease => Assert.True(lease.End - lease.Start >= timeout - TimeSpan.FromMilliseconds(5), $"{lease}"));
        Assert.Contains(true, seen.Values);
        Assert.Contains(false, seen.Values);
        Assert.True(seen.Count > requests / 2, $"only {seen.Count} whole answers");
        Assert.All(leases.SelectMany(lease => lease), lease => Assert.True(lease.End >= lease.Start));
    }

    // Notes who got a whole answer, and whether it was below 500. One in ten gives up, sooner or later.
    private static async Task SendOneAsync(Rig rig, int number, ConcurrentDictionary<long, bool> seen)
    {
        using var patience = new CancellationTokenSource();
        if (number % 10 == 0)
        {
            patience.CancelAfter(TimeSpan.FromMilliseconds(number % 70));
        }

        try
        {
            var body = HasBody(number) ? new ByteArrayContent(new byte[5_000]) : null;
            using var answer = await rig.Client.SendAsync(rig.Request(number, body), patience.Token);
            seen[number] = (int)answer.StatusCode < 500;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // Broken in the middle, or given up.
        }
    }

    private static bool HasBody(long number) => number % 7 == 0;

    [Fact]
    public async Task A_client_that_goes_away_ends_its_lease()
    {
        await using var rig = await Rig.StartAsync([Rig.Spec("b1", TimeSpan.FromMinutes(10))], timeout: TimeSpan.FromMinutes(10));
        using var patience = new CancellationTokenSource();
        var request = rig.SendAsync(1, stop: patience.Token);
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 1, "the request is in flight");

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "the lease has ended");
        await Eventually.TrueAsync(() => rig.Backends[0].InFlight == 0, "the backend has stopped working on it");
        Assert.False(Assert.Single(rig.Recording.Leases.Read()).Ok);
    }

    [Theory]
    [InlineData("17", 17)]
    [InlineData("-17", 0)]
    [InlineData("seventeen", 0)]
    [InlineData(null, 0)]
    public async Task A_lease_carries_the_number_of_its_request(string? header, long number)
    {
        await using var rig = await Rig.StartAsync([Rig.Spec("b1")]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        if (header is not null)
        {
            request.Headers.Add(Http.LbHeaders.Request, header);
        }

        using var answer = await rig.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(() => rig.Recording.Leases.Read().Any(), "the lease has been recorded");
        Assert.Equal(number, Assert.Single(rig.Recording.Leases.Read()).Request);
        Assert.Equal(number, Assert.Single(rig.Recording.Attempts.Read()).Request);
    }
}
