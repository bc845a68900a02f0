using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using LBTool.Core.Retries;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>The keys under <c>target.retries</c>.</summary>
internal static class RetryKeys
{
    private const int MostAttempts = 10;
    private const string NoBudget = "none";
    private static readonly RetryConditions DefaultConditions = RetryConditions.Parse(["connect-failed", "reset"])!;

    private static readonly Key<int> Attempts = Key.Default("attempts", Values.Count(1, MostAttempts), "2",
        "tries of one request at most, the first included; 1 retries nothing");

    private static readonly Key<TimeSpan> PerTryTimeout = Key.Optional("per_try_timeout", Values.PositiveDuration,
        "as long as `target.timeout` allows",
        "how long a try may take until the head of its answer is there");

    private static readonly Key<ImmutableArray<string>> On = Key.Optional("on",
        new ListShape<string>(
            new Scalar<string>(
                RetryConditions.Forms, TryCondition,
                () => [Json.Enum(RetryConditions.Names), Json.Pattern(@"^\s*[45][0-9]{2}\s*$"), Json.Number(400, 599, whole: true)]),
            atLeast: 1),
        "`[connect-failed, reset]`",
        "after which ends of a try: the backend refused, the connection broke before the answer's body began, the timeout, "
        + "any status from 500 on, or single statuses");

    private static readonly Key<double?> Budget = Key.Default("budget",
        new Scalar<double?>(
            "a percentage of the requests such as 20%, or none", TryBudget,
            () => [Json.Pattern(@"^\s*([0-9]+(\.[0-9]+)?\s*%|none)\s*$"), Json.Number(0, 1)],
            text => text.EndsWith('%') ? "it is at most 100%; for retries without a budget write none" : null),
        "20%",
        "retries in ten seconds at most, as a share of the requests in them; `none` for no budget");

    private static readonly Key<double> BudgetMinimum = Key.Default("budget_min", Values.Number(0, 1_000_000), "10",
        "retries a second that the budget allows besides, however little traffic there is");

    private static readonly Key<bool> IdempotentOnly = Key.Default("idempotent_only", Values.Flag, "true",
        "only GET, HEAD, PUT, DELETE, OPTIONS and TRACE are sent twice; a request that could not be sent at all may be of any method");

    private static readonly Key<int> MaxBody = Key.Default("max_body", Values.SizeWithin(0, 10_000_000), "0",
        "a request whose body was sent is sent again only when it is no longer than this; 0: never");

    public static readonly MapShape<RetryPolicy> Retries = Map.Of(
        [Attempts, PerTryTimeout, On, Budget, BudgetMinimum, IdempotentOnly, MaxBody],
        fields => new RetryPolicy(
            fields.Get(Attempts),
            fields.IsWritten(On) ? RetryConditions.Parse(fields.Get(On))! : DefaultConditions,
            new RetryBudgetSpec(fields.Get(Budget), fields.Get(BudgetMinimum)))
        {
            PerTryTimeout = fields.Find(PerTryTimeout)?.Value,
            IdempotentOnly = fields.Get(IdempotentOnly),
            MaxBody = fields.Get(MaxBody),
        },
        Check);

    private static void Check(Fields fields)
    {
        if (fields.IsWritten(BudgetMinimum) && fields.Have(Budget) && fields.Get(Budget) is null)
        {
            fields.Report(BudgetMinimum, "without a budget there is nothing that it adds to; leave it out, or give budget a percentage");
        }
    }

    private static bool TryCondition(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return RetryConditions.Parse([text]) is not null;
    }

    private static bool TryBudget(string text, out double? value)
    {
        value = text == NoBudget ? null : Values.ShareOf(text);
        return text == NoBudget || Values.IsShare(text);
    }
}
