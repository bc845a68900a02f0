using LBTool.Core.Balancing;

namespace LBTool.Tests;

/// <summary>Round-robin whose first picks wait for each other: each was asked for before any is known to anybody.</summary>
/// <param name="count">How many picks meet; the others wait for nobody.</param>
internal sealed class MeetingRule(int count) : Balancer
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly RoundRobin _rule = new();
    private readonly CountdownEvent _missing = new(count);

    public override object? Prepare(Candidates candidates) => _rule.Prepare(candidates);

    public override Backend Pick(Candidates candidates, in PickContext context)
    {
        if (!_missing.IsSet)
        {
            _missing.Signal();
            if (!_missing.Wait(Patience))
            {
                throw new TimeoutException($"{_missing.CurrentCount} of {count} picks were not asked for in {Patience}.");
            }
        }

        return _rule.Pick(candidates, context);
    }
}
