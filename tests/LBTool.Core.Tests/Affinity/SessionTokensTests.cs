using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Randomness;

namespace LBTool.Core.Tests.Affinity;

public class SessionTokensTests
{
    private static readonly Backend[] Backends = [new("b1", 0), new("b2", 1)];

    [Fact]
    public void A_token_leads_back_to_its_backend_also_at_another_balancer_of_the_run()
    {
        var token = Tokens(seed: 1).TokenOf(Backends[1]);
        Assert.Same(Backends[1], Tokens(seed: 1).Find(token));
        Assert.Matches("^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]{22}$", token);
    }

    [Fact]
    public void Another_run_does_not_accept_it() => Assert.Null(Tokens(seed: 2).Find(Tokens(seed: 1).TokenOf(Backends[1])));

    [Fact]
    public void Nobody_can_choose_a_backend()
    {
        var tokens = Tokens(seed: 1);
        var (first, second) = (tokens.TokenOf(Backends[0]), tokens.TokenOf(Backends[1]));
        Assert.Null(tokens.Find(second.Split('.')[0] + "." + first.Split('.')[1]));
        Assert.Null(tokens.Find("b1"));
        Assert.Null(tokens.Find(""));
    }

    private static SessionTokens Tokens(ulong seed) => new(Backends, new RandomStream(seed));
}
