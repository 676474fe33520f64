using System.Runtime.CompilerServices;

namespace NetworkingSfc.Dataplane.Encapsulation;

/// <summary>Prebuilt header bytes of one hop, so that inserting is a copy and one patched field.</summary>
[InlineArray(LengthBytes)]
internal struct HeaderTemplate
{
    /// <summary>Room for the longest header we insert: outer Ethernet and NSH MD type 1, 38 bytes.</summary>
    public const int LengthBytes = 40;

    private byte _first;
}
