using CsCheck;
using LBTool.Core.Expectations;
using LBTool.Core.Scenarios;
using static LBTool.Core.Expectations.Verdict;

namespace LBTool.Core.Tests.Expectations;

public class AttemptGateTests
{
    private static readonly Gate TwoOfThree = new(Repeat: 3, Pass: 2);

    [Theory]
    [InlineData(new Verdict[0], Inconclusive, true)]
    [InlineData(new[] { Passed }, Inconclusive, true)]
    [InlineData(new[] { Passed, Passed }, Passed, false)]
    [InlineData(new[] { Failed }, Inconclusive, true)]
    [InlineData(new[] { Failed, Failed }, Failed, false)]
    [InlineData(new[] { Failed, Passed, Passed }, Passed, false)]
    [InlineData(new[] { Failed, Passed, Failed }, Failed, false)]
    [InlineData(new[] { Inconclusive, Passed }, Inconclusive, true)]
    [InlineData(new[] { Inconclusive, Inconclusive }, Inconclusive, false)]
    [InlineData(new[] { Inconclusive, Failed }, Inconclusive, true)]
    [InlineData(new[] { Inconclusive, Failed, Passed }, Inconclusive, false)]
    public void Two_of_three_must_pass(Verdict[] attempts, Verdict verdict, bool needsMore) =>
        Assert.Equal((verdict, needsMore), (AttemptGate.Combine(TwoOfThree, attempts), AttemptGate.NeedsMore(TwoOfThree, attempts)));

    [Fact]
    public void Stopping_early_never_changes_the_verdict() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Gen.Enum<Verdict>().Array[6]).Sample((repeat, pass, verdicts) =>
        {
            var gate = new Gate(repeat, Math.Min(repeat, pass));
            var tried = new List<Verdict>();
            while (AttemptGate.NeedsMore(gate, tried))
            {
                tried.Add(verdicts[tried.Count]);
            }

            return tried.Count <= repeat && AttemptGate.Combine(gate, tried) == AttemptGate.Combine(gate, verdicts[..repeat]);
        });
}
