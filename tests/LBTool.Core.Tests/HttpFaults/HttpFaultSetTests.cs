using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.HttpFaults;

public class HttpFaultSetTests
{
    [Theory]
    [InlineData(null, null, "/", "GET", true)]
    [InlineData(null, null, "/healthz", "GET", false)]
    [InlineData("/healthz", null, "/healthz", "GET", true)]
    [InlineData("/*", null, "/healthz", "GET", true)]
    [InlineData("/a", null, "/a", "PUT", true)]
    [InlineData("/a", null, "/a/", "GET", false)]
    [InlineData("/a", null, "/A", "GET", false)]
    [InlineData("/a/*", null, "/a/b", "GET", true)]
    [InlineData("/a/*", null, "/a/", "GET", true)]
    [InlineData("/a/*", null, "/a", "GET", false)]
    [InlineData("/a*", null, "/a", "GET", true)]
    [InlineData("/a", "GET", "/a", "POST", false)]
    [InlineData(null, "POST", "/a", "POST", true)]
    public void A_fault_hits_its_path_and_method(string? faultPath, string? faultMethod, string path, string method, bool hits)
    {
        var faults = new HttpFaultSet(1);
        faults.Add("f", new HttpEffect(1, new HttpHang()) { Path = faultPath, Method = faultMethod });

        Assert.Equal(hits, faults.Draw(path, method) is not null);
    }

    [Fact]
    public void A_fault_hits_its_share()
    {
        const int requests = 10_000;
        var faults = new HttpFaultSet(7);
        faults.Add("f", new HttpEffect(0.3, new HttpHang()));

        // Binomial: 3000 ± 5 · √(10000 · 0.3 · 0.7) = 3000 ± 229.
        Assert.InRange(Enumerable.Range(0, requests).Count(_ => faults.Draw("/", "GET") is not null), 2_771, 3_229);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1_000)]
    public void Nobody_and_everybody_are_exact(double percent, int hits)
    {
        var faults = new HttpFaultSet(7);
        faults.Add("f", new HttpEffect(percent, new HttpHang()));

        Assert.Equal(hits, Enumerable.Range(0, 1_000).Count(_ => faults.Draw("/", "GET") is not null));
    }

    [Fact]
    public void The_same_seed_hits_the_same_requests_whatever_else_acts()
    {
        var (alone, together) = (new HttpFaultSet(3), new HttpFaultSet(3));
        alone.Add("f", Half("/f"));
        together.Add("other", Half("/other"));
        together.Add("f", Half("/f"));

        Assert.Equal(Hits(alone, false), Hits(together, true));

        static HttpEffect Half(string path) => new(0.5, new HttpHang()) { Path = path };

        static List<bool> Hits(HttpFaultSet faults, bool mixed) =>
        [
            .. Enumerable.Range(0, 200).Select(_ =>
            {
                if (mixed)
                {
                    faults.Draw("/other", "GET");
                }

                return faults.Draw("/f", "GET") is not null;
            }),
        ];
    }

    [Fact]
    public void The_first_added_that_hits_wins()
    {
        var faults = new HttpFaultSet(1);
        faults.Add("posts", new HttpEffect(1, new HttpHang()) { Method = "POST" });
        faults.Add("all", new HttpEffect(1, new HttpStatus(503)));
        faults.Add("late", new HttpEffect(1, new HttpStatus(504)));

        Assert.Equal(["posts", "all"], new[] { "POST", "GET" }.Select(method => faults.Draw("/", method)!.Name));
    }

    [Fact]
    public void A_fault_that_ends_tells_those_whom_it_holds_and_hits_nobody_more()
    {
        var faults = new HttpFaultSet(1);
        faults.Add("f", new HttpEffect(1, new HttpHang()));
        var held = faults.Draw("/", "GET")!;
        Assert.False(held.Ended.IsCancellationRequested);

        Assert.True(faults.Remove("f"));

        Assert.True(held.Ended.IsCancellationRequested);
        Assert.Null(faults.Draw("/", "GET"));
        Assert.False(faults.Remove("f"));
    }

    [Fact]
    public void Where_nothing_acts_and_where_all_requests_are_hit_a_draw_allocates_nothing()
    {
        var faults = new HttpFaultSet(1);
        AssertFree();
        faults.Add("other", new HttpEffect(0.5, new HttpHang()) { Path = "/other/*" });
        faults.Add("f", new HttpEffect(1, new HttpHang()));
        AssertFree();

        void AssertFree()
        {
            faults.Draw("/", "GET");
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                faults.Draw("/", "GET");
            }

            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }
}
