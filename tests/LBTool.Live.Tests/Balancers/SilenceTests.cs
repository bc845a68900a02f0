using LBTool.Live.Balancers;

namespace LBTool.Live.Tests.Balancers;

public class SilenceTests
{
    private const long Limit = 100;

    [Fact]
    public void It_lasts_from_the_beginning_when_nobody_speaks()
    {
        var silence = new Silence(1000);
        Assert.False(silence.HasLasted(1099, Limit));
        Assert.True(silence.HasLasted(1100, Limit));
        Assert.Equal(Speaker.Nobody, silence.LastSpeaker);
    }

    // What was said is dated to the look after it: never too early.
    [Fact]
    public void Who_speaks_ends_it()
    {
        var silence = new Silence(1000);
        for (var now = 1090L; now < 5000; now += 90)
        {
            silence.Hear(Speaker.Backend);
            silence.Hear(Speaker.Client);
            Assert.False(silence.HasLasted(now, Limit));
            Assert.False(silence.HasLasted(now + 89, Limit));
            Assert.Equal(Speaker.Client, silence.LastSpeaker);
        }
    }

    [Fact]
    public void It_begins_again_with_the_look_that_heard_somebody()
    {
        var silence = new Silence(1000);
        silence.Hear(Speaker.Backend);
        Assert.False(silence.HasLasted(2000, Limit));
        Assert.False(silence.HasLasted(2099, Limit));
        Assert.True(silence.HasLasted(2100, Limit));
        Assert.Equal(Speaker.Backend, silence.LastSpeaker);

        silence.Begin(3000);
        Assert.False(silence.HasLasted(3099, Limit));
        Assert.True(silence.HasLasted(3100, Limit));
    }
}
