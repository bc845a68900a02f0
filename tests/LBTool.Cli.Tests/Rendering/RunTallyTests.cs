using LBTool.Cli.Rendering;
using LBTool.Core.Measurements;

namespace LBTool.Cli.Tests.Rendering;

public class RunTallyTests
{
    [Fact]
    public void Counts_each_request_once_over_many_updates()
    {
        var (recording, tally) = (new Recording(), new RunTally(2));

        recording.Requests.Add(Samples.Request(1, 0));
        recording.Requests.Add(Samples.Request(2, 1, RequestOutcome.Reset));
        tally.Update(Samples.Progress(1, recording));
        recording.Requests.Add(Samples.Request(3, 1));
        recording.Requests.Add(Samples.Request(4, 1));
        tally.Update(Samples.Progress(2, recording));

        Assert.Equal(1, tally.Errors);
        Assert.Equal([0.25, 0.75], tally.Shares);
        Assert.Equal(4 / 2.0, tally.Rate);
    }

    [Fact]
    public void Rate_and_shares_are_of_late()
    {
        var (recording, tally) = (new Recording(), new RunTally(2));
        for (var number = 1; number <= 100; number++)
        {
            recording.Requests.Add(Samples.Request(number, 0));
        }

        tally.Update(Samples.Progress(1, recording));
        tally.Update(Samples.Progress(7, recording));
        recording.Requests.Add(Samples.Request(101, 1));
        tally.Update(Samples.Progress(8, recording));

        Assert.Equal([0, 1], tally.Shares);
        Assert.Equal(1, tally.Rate);
    }

    [Fact]
    public void A_request_without_an_answer_belongs_to_no_backend()
    {
        var (recording, tally) = (new Recording(), new RunTally(2));

        recording.Requests.Add(Samples.Request(1, -1, RequestOutcome.Timeout));
        tally.Update(Samples.Progress(1, recording));

        Assert.Equal(1, tally.Errors);
        Assert.Equal([0, 0], tally.Shares);
    }

    [Fact]
    public void A_fault_acts_from_its_start_to_its_end()
    {
        Assert.Empty(RunTally.ActiveFaults(Samples.Events[..1]));
        Assert.Equal(["slow-b1"], RunTally.ActiveFaults(Samples.Events[..2]));
        Assert.Empty(RunTally.ActiveFaults(Samples.Events[..3]));
    }
}
