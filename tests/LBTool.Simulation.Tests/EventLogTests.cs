using LBTool.Core.Reports;

namespace LBTool.Simulation.Tests;

public class EventLogTests
{
    [Fact]
    public void A_request_is_followed_from_its_client_to_its_backend_and_back()
    {
        using var log = new StringWriter();

        EventLog.Write(Sample.Run(load: "{ executor: constant-arrival-rate, rate: 1/s, duration: 1s, timeout: 2s }"), log);

        Assert.Equal(
            """
            {"scenario":"sample","seed":"1","version":"test"}
            {"ms":0,"event":"loadStart","name":"load","text":"load starts"}
            {"ms":0,"event":"sent","request":1}
            {"ms":0,"event":"picked","request":1,"backend":"b1"}
            {"ms":0,"event":"arrived","request":1,"backend":"b1"}
            {"ms":10,"event":"released","request":1,"backend":"b1","ok":true}
            {"ms":10,"event":"ended","request":1,"outcome":"ok","status":200}
            {"ms":1000,"event":"loadEnd","name":"load","text":"load ends"}

            """.ReplaceLineEndings("\n"),
            log.ToString());
    }
}
