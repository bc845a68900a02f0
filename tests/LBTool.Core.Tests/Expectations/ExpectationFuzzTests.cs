using LBTool.Core.Expectations;
using LBTool.Core.Randomness;

namespace LBTool.Core.Tests.Expectations;

public class ExpectationFuzzTests
{
    private const string Alphabet = " \t\n{}=<>!.,%/+-x0159msabpéof\"'\\\0\uD83D٣½";

    private static readonly string[] Seeds =
    [
        .. Metrics.All.Select(metric => metric.Example),
        "p99.9{backend=b1} < 1.5x baseline + 20ms during faulted",
        "inflight == 0 within 1s .. 2.2s of sick-b3.start - 5ms",
        "rps > 450/s during slow.start + 2s .. end - 1s",
    ];

    [Fact]
    public void Fifty_thousand_mutations_never_throw_and_never_read_past_garbage()
    {
        var random = new RandomStream(20260102);
        var read = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var text = Mutate(Seeds[random.Next(Seeds.Length)], random);
            var parsing = ExpectationParser.Parse(text);
            Assert.InRange(parsing.Position, 0, text.Length);
            Assert.NotEqual(parsing.Expectation is null, string.IsNullOrEmpty(parsing.Error));
            if (parsing.Expectation is not null)
            {
                read++;
                AssertNothingLeft(text);
            }
        }

        // Some mutations (a digit, a space) leave a good expression; without them the half of this test would be idle.
        Assert.InRange(read, 1_000, 49_000);
    }

    // A text that reads as an expression and goes on is not an expression: no prefix may decide.
    private static void AssertNothingLeft(string text)
    {
        foreach (var garbage in new[] { " garbage!", " }", " < 5", " during ..", "\0" })
        {
            Assert.Null(ExpectationParser.Parse(text + garbage).Expectation);
        }
    }

    private static string Mutate(string text, RandomStream random)
    {
        for (var edits = 1 + random.Next(4); edits > 0; edits--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(4), text.Length - at);
            text = random.Next(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Alphabet[random.Next(Alphabet.Length)].ToString()),
                2 => text.Insert(at, text.Substring(at, length)),
                _ => text[..at] + Alphabet[random.Next(Alphabet.Length)] + text[(at + length)..],
            };
        }

        return text;
    }
}
