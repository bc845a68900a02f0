using LBTool.Core.Balancing;
using LBTool.Core.Sessions;

namespace LBTool.Core.Tests.Sessions;

public class SessionScenarioTests
{
    [Theory]
    [InlineData("{ name: ring, key: path, points: 320 }", "hrw", "rendezvous", KeyPart.Path)]
    [InlineData("{ name: ring, key: path, points: 320 }", "consistent-hash", "consistent-hash", KeyPart.Path)]
    [InlineData("{ name: ring, key: path }", "p2c", "power-of-two-choices", KeyPart.Client)]
    [InlineData("p2c", "ring", "consistent-hash", KeyPart.Client)]
    public void Another_algorithm_has_its_default_parameters_and_the_key_of_the_scenario(string written, string other, string name, KeyPart key)
    {
        var (session, problems) = SessionScenario.Read(
            $"version: 1\nname: x\ntarget: {{ algorithm: {written}, backends: {{ count: 2 }} }}\nload: {{ rate: 1/s, duration: 100s }}\n",
            "x.lb.yaml", algorithm: other);

        Assert.Empty(problems);
        var algorithm = session!.Scenario.Target.Algorithm;
        Assert.Equal((name, key), (algorithm.Name, algorithm.Key.Part));
        Assert.Equal(Balancers.Find(name)!.Parameters.Select(parameter => parameter.Default).Order(), algorithm.Parameters.Values.Order());
    }
}
