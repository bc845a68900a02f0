using LBTool.Core.Scenarios;
namespace LBTool.Core.Tests.Scenarios;
public class ReaderProbe
{
    [Fact]
    public void Probe()
    {
        foreach (var (n, t) in new[] { ("slow", Samples.SlowBackend), ("drain", Samples.Drain), ("fall", Samples.FallRise), ("json", "{\n\t\"version\": 1, \"name\": \"a\\/b\",\n\t\"target\": {\"backends\": {\"count\": 2}}, \"load\": {\"rate\": \"5/s\", \"duration\": \"2s\"}}"), ("empty", "# only\n"), ("bad", "a: [1, 2\nb: c"), ("badtab","a:\n\tb: c"), ("deep", new string('[', 500000)), ("lone","]"), ("quote","a: 'x"), ("al", "a: *x"),("at","a: @x") })
        {
            var r = ScenarioReader.Read(t, n + ".lb.yaml");
            Console.WriteLine($"--- {n} {r.Scenario}");
            foreach (var p in r.Problems) Console.WriteLine(p);
        }
    }
}
