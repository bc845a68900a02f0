namespace LBTool.Simulation.Tests;

/// <summary>Exact mean times in system, in units of the mean service time: exponential service, Poisson arrivals, λ below 1 a server.</summary>
internal static class Formulas
{
    /// <summary>Random over any number of servers: each is M/M/1.</summary>
    public static double Random(double load) => 1 / (1 - load);

    /// <summary>One queue for all servers, M/M/n: nothing that picks at once can be better.</summary>
    public static double OneQueue(int servers, double load) => 1 + (ErlangC(servers, load) / (servers * (1 - load)));

    /// <summary>
    /// Round-robin: each server is E_n/M/1. Any G/M/1 has 1/(1−σ), σ the root of σ = A*(1−σ); Erlang gaps of n phases
    /// have A*(s) = (nλ/(nλ+s))^n.
    /// </summary>
    public static double RoundRobin(int servers, double load)
    {
        var sigma = 0.5;
        for (var i = 0; i < 10_000; i++)
        {
            sigma = Math.Pow(servers * load / ((servers * load) + 1 - sigma), servers);
        }

        return 1 / (1 - sigma);
    }

    /// <summary>The better of d choices among infinitely many servers: Σ λ^((d^i−d)/(d−1)), i ≥ 1 (Mitzenmacher, 1996).</summary>
    public static double FixedPoint(int choices, double load)
    {
        var sum = 0.0;
        for (var i = 1; i <= 100; i++)
        {
            sum += Math.Pow(load, (Math.Pow(choices, i) - choices) / (choices - 1));
        }

        return sum;
    }

    // The probability of having to wait at offered load n·λ, by the recursion of Erlang B.
    private static double ErlangC(int servers, double load)
    {
        var blocked = 1.0;
        for (var k = 1; k <= servers; k++)
        {
            blocked = servers * load * blocked / (k + (servers * load * blocked));
        }

        return blocked / (1 - (load * (1 - blocked)));
    }
}
