using System.Net.Sockets;
using LBTool.Core.Backends;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios;
using LBTool.Live.Tcp;
using LBTool.Live.Tests.Faults;

namespace LBTool.Live.Tests.Backends;

public class EchoTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData("17", 64, "b1 200 17 klmnopqrstuvwxyz", 17)]
    [InlineData("hello", 64, "b1 200 hello nopqrstuvwxyz", 0)]
    [InlineData("-17", 64, "b1 200 -17 ", 0)]
    [InlineData("17\r", 64, "b1 200 17 ", 17)]
    [InlineData("", 64, "b1 200  ", 0)]
    [InlineData("12345678", 16, "b1 200 12345678", 12345678)]
    [InlineData("12345678", 1, "b1 200 12345678", 12345678)]
    public async Task A_line_is_echoed_with_name_status_and_letters(string line, int size, string begin, long number)
    {
        await using var rig = await EchoRig.StartAsync(Rig.Spec("b1", body: size));

        var answer = await rig.AskAsync(line);

        Assert.StartsWith(begin, answer, StringComparison.Ordinal);
        Assert.Equal(Math.Max(size, begin.Length + 1), answer.Length + 1);
        Assert.Equal((number, 3), Assert.Single(rig.Recording.Attempts.Read()) is var attempt ? (attempt.Request, attempt.Backend) : default);
        Assert.Equal((0, 1), (rig.Backend.InFlight, rig.Backend.Served));
    }

    [Fact]
    public async Task A_large_answer_is_whole_and_a_line_without_end_is_cut_in_the_echo_only()
    {
        await using var rig = await EchoRig.StartAsync(Rig.Spec("b1", body: 1_000_000));
        var client = await rig.DialAsync();
        await client.SayAsync(new string('x', 100_000) + "\n");
        var answer = await client.HearAsync(1_000_000);
        Assert.StartsWith("b1 200 " + new string('x', 256) + " ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\n", answer, StringComparison.Ordinal);
        Assert.Equal(1, answer.Count(c => c == '\n'));

        await client.SayAsync("1\n");
        Assert.StartsWith("b1 200 1 ", await client.HearAsync(1_000_000), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_in_any_pieces_are_answered_in_order_and_all_of_them_after_a_half_close()
    {
        await using var rig = await EchoRig.StartAsync(Rig.Spec("b1", TimeSpan.FromMilliseconds(5), body: 1));
        var client = await rig.DialAsync();
        await client.SayAsync("1\n2");
        await client.SayAsync("2\n3\n4");
        await client.SayAsync("\n5\n");
        client.Shutdown(SocketShutdown.Send);
        foreach (var expected in new[] { "1", "22", "3", "4", "5" })
        {
            Assert.Equal($"b1 200 {expected}", await client.LineAsync());
        }

        await client.SeesEndAsync();
    }

    [Fact]
    public async Task Who_finds_no_place_waits_and_who_finds_a_full_line_is_told()
    {
        await using var rig = await EchoRig.StartAsync(Rig.Spec("b1", concurrency: 1, queue: 1, body: 1));
        rig.Backend.Limit("weak", workers: 0);
        var first = rig.AskAsync("1");
        await Eventually.TrueAsync(() => rig.Backend.Queued == 1, "the first one waits");
        Assert.Equal("b1 503 2", await rig.AskAsync("2"));
        Assert.False(first.IsCompleted);

        Assert.True(rig.Backend.Remove("weak"));
        Assert.Equal("b1 200 1", await first);
    }

    [Fact]
    public async Task Errors_and_limits_have_the_statuses_of_http()
    {
        await using var wrong = await EchoRig.StartAsync(Rig.Spec("b1", errors: 1, body: 1));
        Assert.Equal("b1 500 1", await wrong.AskAsync("1"));

        await using var limited = await EchoRig.StartAsync(Rig.Spec("b1", body: 1) with { RateLimit = new RateLimit(0.001, 1) });
        Assert.Equal("b1 200 1", await limited.AskAsync("1"));
        Assert.Equal("b1 429 2", await limited.AskAsync("2"));
    }

    [Fact]
    public async Task A_client_that_gives_up_is_not_worked_for()
    {
        await using var rig = await EchoRig.StartAsync(Rig.Spec("b1", Long, concurrency: 1));
        var first = await rig.DialAsync();
        await first.SayAsync("1\n");
        var second = await rig.DialAsync();
        await Eventually.TrueAsync(() => rig.Backend.InFlight == 1, "the first one is served");
        await second.SayAsync("2\n");
        await Eventually.TrueAsync(() => rig.Backend.Queued == 1, "the second one waits");

        first.Reset();
        await Eventually.TrueAsync(() => rig.Backend is { InFlight: 1, Queued: 0 }, "the second one has the place of the first");
        second.Reset();
        await Eventually.TrueAsync(() => rig.Backend.InFlight == 0, "nobody is served");
    }

    [Fact]
    public async Task Stopping_answers_what_is_owed_closes_the_idle_and_resets_newcomers()
    {
        await using var rig = await EchoRig.StartAsync(Rig.Spec("b1", body: 1));
        var idle = await rig.DialAsync();
        await idle.SayAsync("1\n");
        await idle.LineAsync();
        var busy = await rig.DialAsync();
        rig.Backend.Limit("weak", workers: 0);
        await busy.SayAsync("2\n");
        await Eventually.TrueAsync(() => rig.Backend.Queued == 1, "it waits to be served");

        var stopping = rig.Backend.StopAsync(TestContext.Current.CancellationToken);
        await idle.SeesEndAsync();
        Assert.False(stopping.IsCompleted);
        rig.Backend.Remove("weak");
        Assert.Equal("b1 200 2", await busy.LineAsync());
        await busy.SeesEndAsync();
        await stopping;

        // The reset may come before the connect has returned, or after.
        var reset = await Assert.ThrowsAsync<SocketException>(async () => await (await rig.DialAsync()).DrainAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);

        await rig.Backend.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal("b1 200 3", await rig.AskAsync("3"));
    }

    [Fact]
    public async Task A_restart_resets_every_connection_and_forgets_its_work()
    {
        await using var rig = await EchoRig.StartAsync(Rig.Spec("b1", Long, concurrency: 1));
        var served = await rig.DialAsync();
        await served.SayAsync("1\n");
        await Eventually.TrueAsync(() => rig.Backend.InFlight == 1, "it is served");
        var waiting = await rig.DialAsync();
        await waiting.SayAsync("2\n");
        await Eventually.TrueAsync(() => rig.Backend.Queued == 1, "it waits");

        rig.Backend.Restart();

        await served.SeesResetAsync();
        await waiting.SeesResetAsync();
        await Eventually.TrueAsync(() => rig.Backend is { InFlight: 0, Queued: 0 }, "nothing is left");
    }

    [Fact]
    public async Task Faults_of_http_answers_are_refused()
    {
        await using var rig = await EchoRig.StartAsync(Rig.Spec("b1"));
        var error = Assert.Throws<NotSupportedException>(() => rig.Backend.Add("wrong", new HttpEffect(1, new HttpHang())));
        Assert.Contains("wrong", error.Message, StringComparison.Ordinal);
        Assert.False(rig.Backend.Remove("wrong"));
    }
}
