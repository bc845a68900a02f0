using LBTool.Core.Randomness;

namespace LBTool.Core.Faults;

/// <summary>
/// Cuts each chunk into small pieces with a pause between them. A chunk is halved, at a point moved by up to the
/// variation, until no piece is longer than average plus variation. An average of 0 or less cuts nothing.
/// </summary>
internal sealed class Slicer(ToxicAttributes attributes) : Toxic
{
    private readonly long _average = attributes.Bytes("average_size");
    private readonly long _variation = Math.Min(attributes.Bytes("size_variation"), attributes.Bytes("average_size"));
    private readonly TimeSpan _pause = attributes.Microseconds("delay") is var delay && delay > TimeSpan.Zero ? delay : TimeSpan.Zero;

    public override ToxicState Start(TimeSpan now, RandomStream random, ToxicState? previous) => new State(this, random);

    private sealed class State(Slicer toxic, RandomStream random) : ToxicState
    {
        // Lengths still to be cut off the chunk at hand; on top is the next piece, or what is still to be halved.
        private readonly Stack<int> _pieces = new();
        private TimeSpan _free = TimeSpan.MinValue;

        public override ChunkVerdict OnChunk(int length, TimeSpan arrived, TimeSpan now)
        {
            // Inside a chunk the question comes when the piece before has left: the pause counts from there.
            var at = _pieces.Count > 0 ? now + toxic._pause : _free > now ? _free : now;
            if (_pieces.Count == 0)
            {
                _pieces.Push(length);
            }

            _free = at + toxic._pause;
            return ChunkVerdict.Forward(NextPiece(), at);
        }

        private int NextPiece()
        {
            var length = _pieces.Pop();
            while (toxic._average > 0 && length > toxic._average + toxic._variation)
            {
                var shift = toxic._variation * random.NextDouble(-1, 1);
                var cut = (int)Math.Clamp((length / 2) + shift, 1, length - 1);
                _pieces.Push(length - cut);
                length = cut;
            }

            return length;
        }
    }
}
