using System.Reflection;
using System.Reflection.Emit;
using NetworkingSfc.Dataplane.Steering;
using Xunit;

namespace NetworkingSfc.Dataplane.Tests.Steering;

public sealed class PipelineTests
{
    [Fact]
    public void Stages_are_named_in_the_order_of_the_life_of_a_packet() => Assert.Equal(
        ["ParseStage", "LearnStage", "ForwardStage", "FragmentStage", "TraceStage", "RecallStage", "ClassifyStage", "CopyStage", "JoinStage", "SelectStage", "RememberStage", "EncapsulateStage", "SwitchStage", "TransmitStage"],
        Pipeline.Stages);

    [Fact]
    public void Run_calls_each_named_stage_once_and_in_that_order()
    {
        MethodInfo run = typeof(Pipeline).GetMethod(nameof(Pipeline.Run))!;
        byte[] code = run.GetMethodBody()!.GetILAsByteArray()!;
        List<string> called = [];

        // The body is nothing but loads of arguments, which are one byte each, and calls.
        for (int at = 0; at < code.Length; at++)
        {
            if (code[at] == OpCodes.Call.Value)
            {
                called.Add(run.Module.ResolveMethod(BitConverter.ToInt32(code, at + 1))!.DeclaringType!.Name);
                at += sizeof(int);
            }
        }

        Assert.Equal(Pipeline.Stages, called);
    }
}
