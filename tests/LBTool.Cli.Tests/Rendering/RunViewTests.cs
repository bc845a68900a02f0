using LBTool.Cli.Rendering;
using LBTool.Core.Measurements;
using Spectre.Console.Testing;

namespace LBTool.Cli.Tests.Rendering;

public class RunViewTests
{
    [Fact]
    public async Task Lines_are_one_an_event_and_a_status_every_five_seconds()
    {
        var output = new StringWriter { NewLine = "\n" };
        var recording = new Recording();

        await new LineView(output).ShowAsync(Samples.Plan, "title", report =>
        {
            report!(Samples.Progress(4, recording, Samples.Events[0]));
            recording.Requests.Add(Samples.Request(1, 0));
            recording.Requests.Add(Samples.Request(2, 1, RequestOutcome.Reset));
            report(Samples.Progress(5, recording, Samples.Events[0]));
            report(Samples.Progress(9.9, recording, Samples.Events[0]));
            report(Samples.Progress(10, recording, Samples.Events[..2]));
            return Task.FromResult(Samples.Result());
        });

        Assert.Equal(
            [
                "title",
                "    0.00s  load starts",
                "    5.00s  of 30s: 2 requests/s, errors 1; b1 50.0%, b2 50.0%",
                "   10.00s  slow-b1 begins: latency toxic (latency=200) on b1",
                "   10.00s  of 30s: 0 requests/s, errors 1; b1 0.0%, b2 0.0%",
                "   20.00s  slow-b1 ends",
                "   30.00s  load ends",
            ],
            output.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task The_picture_shows_shares_errors_and_the_faults_that_act()
    {
        using var screen = new TestConsole().Width(TestTerminal.Width).Interactive();
        var recording = new Recording();
        recording.Requests.Add(Samples.Request(1, 0));
        recording.Requests.Add(Samples.Request(2, 0, RequestOutcome.Reset));

        await new LiveView(screen).ShowAsync(Samples.Plan, "title", report =>
        {
            report!(Samples.Progress(15, recording, Samples.Events[..2]));
            return Task.FromResult(Samples.Result());
        });

        Assert.Contains("title", screen.Output);
        Assert.Contains("15.0s of 30s", screen.Output);
        Assert.Contains("errors 1", screen.Output);
        Assert.Contains("100.0%", screen.Output);
        Assert.Contains("slow-b1", screen.Output);
    }

    [Fact]
    public async Task Quiet_shows_nothing_and_asks_for_no_progress()
    {
        var result = await new SilentView().ShowAsync(Samples.Plan, "title", report =>
        {
            Assert.Null(report);
            return Task.FromResult(Samples.Result());
        });

        Assert.Equal(RunEnd.Completed, result.End);
    }
}
