package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Gpr.R10;
import static dev.jora.kernel.x86.Gpr.R11;
import static dev.jora.kernel.x86.Gpr.R12;
import static dev.jora.kernel.x86.Gpr.R13;
import static dev.jora.kernel.x86.Gpr.R14;
import static dev.jora.kernel.x86.Gpr.R15;
import static dev.jora.kernel.x86.Gpr.R8;
import static dev.jora.kernel.x86.Gpr.R9;
import static dev.jora.kernel.x86.Gpr.RAX;
import static dev.jora.kernel.x86.Gpr.RBP;
import static dev.jora.kernel.x86.Gpr.RBX;
import static dev.jora.kernel.x86.Gpr.RCX;
import static dev.jora.kernel.x86.Gpr.RDI;
import static dev.jora.kernel.x86.Gpr.RDX;
import static dev.jora.kernel.x86.Gpr.RSI;
import static dev.jora.kernel.x86.Gpr.RSP;
import static dev.jora.kernel.x86.Mem.at;
import static dev.jora.kernel.x86.Ymm.ymm;
import static dev.jora.kernel.x86.Zmm.zmm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every instruction of the assembler against the bytes that GNU as 2.40 gives for its text ({@code
 * .intel_syntax noprefix}; a pseudo-prefix in braces asks for the form that is meant where there is
 * a shorter one).
 */
class AssemblerTest {
  private record Row(String text, String hex, Consumer<Assembler> code) {}

  private static final List<Row> ROWS = new ArrayList<>();

  static {
    generalRegisters();
    moves();
    bitsAndIntegers();
    orders();
    floats();
    tiles();
    avx2Moves();
    avx2BitsAndIntegers();
    avx2Orders();
    avx2Floats();
  }

  private static void tiles() {
    row("syscall", "0f05", a -> a.syscall());
    row("ldtilecfg [r9+8]", "c4c278494108", a -> a.ldtilecfg(at(R9, 8)));
    row("tilerelease", "c4e27849c0", a -> a.tilerelease());
    row("tilezero tmm3", "c4e27b49d8", a -> a.tilezero(3));
    row("tileloadd tmm6, [rdi+r15]", "c4a27b4b343f", a -> a.tileloadd(6, at(RDI, R15, 1, 0)));
    row(
        "tileloadd tmm0, [r10+r15+1024]",
        "c4827b4b843a00040000",
        a -> a.tileloadd(0, at(R10, R15, 1, 1024)));
    row(
        "tileloadd tmm1, [rax+r15+0x12345]",
        "c4a27b4b8c3845230100",
        a -> a.tileloadd(1, at(RAX, R15, 1, 0x12345)));
    row(
        "tilestored [rdx+r15+64], tmm2",
        "c4a27a4b543a40",
        a -> a.tilestored(at(RDX, R15, 1, 64), 2));
    row("tilestored [r12+rax], tmm7", "c4c27a4b3c04", a -> a.tilestored(at(R12, RAX, 1, 0), 7));
    row("tdpbf16ps tmm0, tmm4, tmm6", "c4e24a5cc4", a -> a.tdpbf16ps(0, 4, 6));
    row("tdpbf16ps tmm3, tmm5, tmm7", "c4e2425cdd", a -> a.tdpbf16ps(3, 5, 7));
    row(
        "vcvtne2ps2bf16 zmm1, zmm2, zmm3",
        "62f26f4872cb",
        a -> a.vcvtne2ps2bf16(zmm(1), zmm(2), zmm(3)));
    row(
        "vcvtne2ps2bf16 zmm31, zmm20, [rdi+64]",
        "62625f40727f01",
        a -> a.vcvtne2ps2bf16(zmm(31), zmm(20), at(RDI, 64)));
    row(
        "vdpbf16ps zmm1, zmm2, [rdi+4]{1to16}",
        "62f26e58524f01",
        a -> a.vdpbf16ps(zmm(1), zmm(2), at(RDI, 4).all()));
    row("vdpbf16ps zmm17, zmm2, zmm30", "62826e4852ce", a -> a.vdpbf16ps(zmm(17), zmm(2), zmm(30)));
    row("movzx r10, word ptr [rsi+36]", "4c0fb75624", a -> a.movzx16(R10, at(RSI, 36)));
    row("vpermw zmm17, zmm2, zmm30", "6282ed488dce", a -> a.vpermw(zmm(17), zmm(2), zmm(30)));
    row("vpmovzxwd zmm3, ymm5", "62f27d4833dd", a -> a.vpmovzxwd(zmm(3), zmm(5)));
  }

  private static void row(String text, String hex, Consumer<Assembler> code) {
    ROWS.add(new Row(text, hex, code));
  }

  private static String hex(Consumer<Assembler> code) {
    Assembler a = new Assembler();
    code.accept(a);
    return HexFormat.of().formatHex(a.finish());
  }

  @TestFactory
  Stream<DynamicTest> instructions() {
    return ROWS.stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.text(), () -> assertEquals(row.hex(), hex(row.code()), row.text())));
  }

  /** So that nobody adds an instruction without its bytes: the lambdas of rows call each method. */
  @Test
  void everyInstructionHasARow() throws IOException {
    Set<String> called = new TreeSet<>();
    try (InputStream file = AssemblerTest.class.getResourceAsStream("AssemblerTest.class")) {
      for (MethodModel method : ClassFile.of().parse(file.readAllBytes()).methods()) {
        if (method.methodName().stringValue().startsWith("lambda$")) {
          addCalls(method, called);
        }
      }
    }
    Set<String> missing = new TreeSet<>();
    int instructions = 0;
    for (Method method : Assembler.class.getDeclaredMethods()) {
      boolean emits =
          method.getReturnType() == void.class
              && !Modifier.isPrivate(method.getModifiers())
              && !method.isSynthetic()
              && !method.getName().equals("bind");
      if (emits) {
        instructions++;
        String type =
            MethodType.methodType(void.class, method.getParameterTypes()).descriptorString();
        if (!called.contains(method.getName() + type)) {
          missing.add(method.getName() + type);
        }
      }
    }
    assertTrue(missing.isEmpty(), "no row for " + missing);
    assertTrue(instructions > 90, "instructions found: " + instructions);
  }

  private static void addCalls(MethodModel method, Set<String> called) {
    for (CodeElement element : method.code().orElseThrow()) {
      if (element instanceof InvokeInstruction call
          && call.owner().asInternalName().equals("dev/jora/kernel/x86/Assembler")) {
        called.add(call.name().stringValue() + call.type().stringValue());
      }
    }
  }

  @Test
  void jumpsForwardAndBackward() {
    String expected =
        "4883e801" // top: sub rax, 1
            + "0f841c000000" // {disp32} jz end
            + "0f8c16000000" // {disp32} jl end
            + "4883c101" // again: add rcx, 1
            + "0f85f6ffffff" // {disp32} jnz again
            + "0f8ce0ffffff" // {disp32} jl top
            + "0f84eaffffff" // {disp32} jz again
            + "c3" // end: ret
            + "0f85d3ffffff"; // {disp32} jnz top
    assertEquals(
        expected,
        hex(
            a -> {
              Label end = new Label();
              Label top = a.here();
              a.sub(RAX, 1);
              a.jz(end);
              a.jl(end);
              Label again = a.here();
              a.add(RCX, 1);
              a.jnz(again);
              a.jl(top);
              a.jz(again);
              a.bind(end);
              a.ret();
              a.jnz(top);
            }));
  }

  @Test
  void aLabelThatIsNeverPlacedIsAnError() {
    Assembler a = new Assembler();
    a.jnz(new Label());
    assertThrows(IllegalStateException.class, a::finish);
  }

  /** Equal constants are kept once, in the order of their first use, each aligned to 64 bytes. */
  @Test
  void constantsStandBehindTheCode() {
    byte[] bytes = new byte[64];
    for (int i = 0; i < 64; i++) {
      bytes[i] = (byte) i;
    }
    String expected =
        "62e17c48100d76000000" // vmovups zmm17, zmmword ptr [rip+c0]
            + "62f12c58580dac000000" // vaddps zmm1, zmm10, dword ptr [rip+c1]{1to16}
            + "62f35d40251d61000000f8" // vpternlogd zmm3, zmm20, zmmword ptr [rip+c0], 0xf8
            + "62723548000557000000" // vpshufb zmm8, zmm9, zmmword ptr [rip+c0]
            + "4c230dd0000000" // and r9, qword ptr [rip+c2]
            + "8b058a000000" // mov eax, dword ptr [rip+c1]
            + "62f17c28102d60000000" // {evex} vmovups ymm5, ymmword ptr [rip+c0+32]
            + "62f35d40251df5fffffff8" // vpternlogd zmm3, zmm20, zmmword ptr [rip+c0-64], 0xf8
            + "c3" // ret
            + "cc".repeat(52)
            + HexFormat.of().formatHex(bytes) // c0
            + "0000803f" // c1
            + "cc".repeat(60)
            + "1020304050607080"; // c2
    assertEquals(
        expected,
        hex(
            a -> {
              a.vmovups(zmm(17), a.constant(bytes));
              a.vaddps(zmm(1), zmm(10), a.constant(0x3f800000).all());
              a.vpternlogd(zmm(3), zmm(20), a.constant(bytes.clone()), 0xF8);
              a.vpshufb(zmm(8), zmm(9), a.constant(bytes));
              a.and(R9, a.constant64(0x8070605040302010L));
              a.mov32(RAX, a.constant(0x3f800000));
              a.vmovupsY(zmm(5), a.constant(bytes).plus(32));
              a.vpternlogd(zmm(3), zmm(20), a.constant(bytes).plus(-64), 0xF8);
              a.ret();
            }));
  }

  @Test
  void whatCannotBeEncodedIsRefused() {
    Class<IllegalArgumentException> refused = IllegalArgumentException.class;
    Assembler a = new Assembler();
    assertThrows(refused, () -> a.lea(RAX, at(RAX, RSP, 1, 0)));
    assertThrows(refused, () -> a.vpshufb(zmm(0), zmm(1), at(RAX, 0).all()));
    assertThrows(refused, () -> a.vaddps(zmm(0), zmm(1), ymm(2)));
    assertThrows(refused, () -> a.vaddps(ymm(0), ymm(1), zmm(2)));
    assertThrows(refused, () -> a.vaddps(ymm(0), ymm(1), at(RAX, 0).all()));
    assertThrows(refused, () -> ymm(16));
    assertThrows(refused, () -> ymm(-1));
    assertThrows(refused, () -> zmm(32));
    assertThrows(refused, () -> zmm(-1));
    assertThrows(refused, () -> zmm(0).merge(8));
    assertThrows(ArithmeticException.class, () -> a.add(RCX, 1L << 31));
    assertThrows(ArithmeticException.class, () -> at(RAX, 1L << 31));
  }

  /** The buffer grows. */
  @Test
  void longCode() {
    assertEquals(
        "c3".repeat(20_000),
        hex(
            a -> {
              for (int i = 0; i < 20_000; i++) {
                a.ret();
              }
            }));
  }

  private static void generalRegisters() {
    row("mov al, byte ptr [rdi+9]", "8a4709", a -> a.mov8(RAX, at(RDI, 9)));
    row(
        "mov bl, byte ptr [r10+r12*2+300]",
        "438a9c622c010000",
        a -> a.mov8(RBX, at(R10, R12, 2, 300)));
    row("xor rax, r15", "4c31f8", a -> a.xor(RAX, R15));
    row("xor r12, rbp", "4931ec", a -> a.xor(R12, RBP));
    row("push rax", "50", a -> a.push(RAX));
    row("push rbp", "55", a -> a.push(RBP));
    row("push r12", "4154", a -> a.push(R12));
    row("push r15", "4157", a -> a.push(R15));
    row("pop rbx", "5b", a -> a.pop(RBX));
    row("pop rdi", "5f", a -> a.pop(RDI));
    row("pop r8", "4158", a -> a.pop(R8));
    row("pop r13", "415d", a -> a.pop(R13));
    row("ret", "c3", a -> a.ret());
    row("push rbx; push r12", "534154", a -> a.save(RBX, R12));
    row("vzeroupper; pop r12; pop rbx; ret", "c5f877415c5bc3", a -> a.restoreAndReturn(RBX, R12));
    row("cpuid", "0fa2", a -> a.cpuid());
    row("xgetbv", "0f01d0", a -> a.xgetbv());
    row("mov rax, rbx", "4889d8", a -> a.mov(RAX, RBX));
    row("mov r8, rdi", "4989f8", a -> a.mov(R8, RDI));
    row("mov rcx, r15", "4c89f9", a -> a.mov(RCX, R15));
    row("mov r13, r12", "4d89e5", a -> a.mov(R13, R12));
    row("mov rbp, rsp", "4889e5", a -> a.mov(RBP, RSP));
    row("mov rax, 5", "48c7c005000000", a -> a.mov(RAX, 5));
    row("mov r13, -1", "49c7c5ffffffff", a -> a.mov(R13, -1));
    row("mov rsp, 305419896", "48c7c478563412", a -> a.mov(RSP, 305419896));
    row("mov r8, 65280", "49c7c000ff0000", a -> a.mov(R8, 65280));
    row("mov rax, qword ptr [rdi]", "488b07", a -> a.mov(RAX, at(RDI, 0)));
    row("mov r8, qword ptr [rbp]", "4c8b4500", a -> a.mov(R8, at(RBP, 0)));
    row("mov r15, qword ptr [r13+3]", "4d8b7d03", a -> a.mov(R15, at(R13, 3)));
    row("mov rbx, qword ptr [rsp-128]", "488b5c2480", a -> a.mov(RBX, at(RSP, -128)));
    row("mov r12, qword ptr [r12+127]", "4d8b64247f", a -> a.mov(R12, at(R12, 127)));
    row("mov rax, qword ptr [r9+128]", "498b8180000000", a -> a.mov(RAX, at(R9, 128)));
    row("mov r8, qword ptr [rax+rcx+1]", "4c8b440801", a -> a.mov(R8, at(RAX, RCX, 1, 1)));
    row("mov r15, qword ptr [r15+r8*4-2]", "4f8b7c87fe", a -> a.mov(R15, at(R15, R8, 4, -2)));
    row("mov rbx, qword ptr [rbp+r13*8]", "4a8b5ced00", a -> a.mov(RBX, at(RBP, R13, 8, 0)));
    row(
        "mov r12, qword ptr [r13+rsi*2+300]",
        "4d8ba4752c010000",
        a -> a.mov(R12, at(R13, RSI, 2, 300)));
    row("mov rax, qword ptr [rsp+r12*2+1]", "4a8b446401", a -> a.mov(RAX, at(RSP, R12, 2, 1)));
    row(
        "mov r8, qword ptr [r12+rbp*8+4096]",
        "4d8b84ec00100000",
        a -> a.mov(R8, at(R12, RBP, 8, 4096)));
    row(
        "mov r15, qword ptr [rbx+r10*8-129]",
        "4e8bbcd37fffffff",
        a -> a.mov(R15, at(RBX, R10, 8, -129)));
    row("mov rbx, qword ptr [r8+r15]", "4b8b1c38", a -> a.mov(RBX, at(R8, R15, 1, 0)));
    row("mov r12, qword ptr [r10-1]", "4d8b62ff", a -> a.mov(R12, at(R10, -1)));
    row("mov rax, qword ptr [r14]", "498b06", a -> a.mov(RAX, at(R14, 0)));
    row("mov r8, qword ptr [rdx+rbx*4+2]", "4c8b449a02", a -> a.mov(R8, at(RDX, RBX, 4, 2)));
    row("mov r15, qword ptr [r11+r14*2-1]", "4f8b7c73ff", a -> a.mov(R15, at(R11, R14, 2, -1)));
    row("mov rbx, qword ptr [rsi+5]", "488b5e05", a -> a.mov(RBX, at(RSI, 5)));
    row("mov r12, qword ptr [rcx+rdi*8+64]", "4c8b64f940", a -> a.mov(R12, at(RCX, RDI, 8, 64)));
    row("mov ecx, dword ptr [rdi]", "8b0f", a -> a.mov32(RCX, at(RDI, 0)));
    row("mov r9d, dword ptr [rbp]", "448b4d00", a -> a.mov32(R9, at(RBP, 0)));
    row("mov esp, dword ptr [r13+3]", "418b6503", a -> a.mov32(RSP, at(R13, 3)));
    row("mov r14d, dword ptr [rsp-128]", "448b742480", a -> a.mov32(R14, at(RSP, -128)));
    row("mov qword ptr [r12+127], rsi", "498974247f", a -> a.mov(at(R12, 127), RSI));
    row("mov qword ptr [r9+128], r10", "4d899180000000", a -> a.mov(at(R9, 128), R10));
    row("mov qword ptr [rax+rcx+1], r13", "4c896c0801", a -> a.mov(at(RAX, RCX, 1, 1), R13));
    row("mov qword ptr [r15+r8*4-2], rbp", "4b896c87fe", a -> a.mov(at(R15, R8, 4, -2), RBP));
    row("mov dword ptr [rbp+r13*8], eax", "428944ed00", a -> a.mov32(at(RBP, R13, 8, 0), RAX));
    row(
        "mov dword ptr [r13+rsi*2+300], r11d",
        "45899c752c010000",
        a -> a.mov32(at(R13, RSI, 2, 300), R11));
    row("mov dword ptr [rsp+r12*2+1], edx", "4289546401", a -> a.mov32(at(RSP, R12, 2, 1), RDX));
    row(
        "mov dword ptr [r12+rbp*8+4096], r8d",
        "458984ec00100000",
        a -> a.mov32(at(R12, RBP, 8, 4096), R8));
    row(
        "movzx rax, byte ptr [rbx+r10*8-129]",
        "4a0fb684d37fffffff",
        a -> a.movzx8(RAX, at(RBX, R10, 8, -129)));
    row("movzx rbp, byte ptr [r8+r15]", "4b0fb62c38", a -> a.movzx8(RBP, at(R8, R15, 1, 0)));
    row("movzx r9, byte ptr [r10-1]", "4d0fb64aff", a -> a.movzx8(R9, at(R10, -1)));
    row("movzx r15, byte ptr [r14]", "4d0fb63e", a -> a.movzx8(R15, at(R14, 0)));
    row(
        "movzx rsi, byte ptr [rdx+rbx*4+2]",
        "480fb6749a02",
        a -> a.movzx8(RSI, at(RDX, RBX, 4, 2)));
    row("lea rax, [r11+r14*2-1]", "4b8d4473ff", a -> a.lea(RAX, at(R11, R14, 2, -1)));
    row("lea rsp, [rsi+5]", "488d6605", a -> a.lea(RSP, at(RSI, 5)));
    row("lea r9, [rcx+rdi*8+64]", "4c8d4cf940", a -> a.lea(R9, at(RCX, RDI, 8, 64)));
    row("lea r13, [rdi]", "4c8d2f", a -> a.lea(R13, at(RDI, 0)));
    row("lea rdi, [rbp]", "488d7d00", a -> a.lea(RDI, at(RBP, 0)));
    row("add rax, rbx", "4801d8", a -> a.add(RAX, RBX));
    row("add r8, rdi", "4901f8", a -> a.add(R8, RDI));
    row("add rcx, r15", "4c01f9", a -> a.add(RCX, R15));
    row("add r13, r12", "4d01e5", a -> a.add(R13, R12));
    row("add rbp, rsp", "4801e5", a -> a.add(RBP, RSP));
    row("sub rax, rbx", "4829d8", a -> a.sub(RAX, RBX));
    row("sub r8, rdi", "4929f8", a -> a.sub(R8, RDI));
    row("sub rcx, r15", "4c29f9", a -> a.sub(RCX, R15));
    row("sub r13, r12", "4d29e5", a -> a.sub(R13, R12));
    row("sub rbp, rsp", "4829e5", a -> a.sub(RBP, RSP));
    row("or rax, rbx", "4809d8", a -> a.or(RAX, RBX));
    row("or r8, rdi", "4909f8", a -> a.or(R8, RDI));
    row("or rcx, r15", "4c09f9", a -> a.or(RCX, R15));
    row("or r13, r12", "4d09e5", a -> a.or(R13, R12));
    row("or rbp, rsp", "4809e5", a -> a.or(RBP, RSP));
    row("and rdx, qword ptr [r13+3]", "49235503", a -> a.and(RDX, at(R13, 3)));
    row("and r9, qword ptr [rsp-128]", "4c234c2480", a -> a.and(R9, at(RSP, -128)));
    row("and rbp, qword ptr [r12+127]", "49236c247f", a -> a.and(RBP, at(R12, 127)));
    row("and r12, qword ptr [r9+128]", "4d23a180000000", a -> a.and(R12, at(R9, 128)));
    row("add rax, 1", "4883c001", a -> a.add(RAX, 1));
    row("add r9, -128", "4983c180", a -> a.add(R9, -128));
    row("add rsp, 127", "4883c47f", a -> a.add(RSP, 127));
    row("add r12, 128", "4981c480000000", a -> a.add(R12, 128));
    row("add rcx, -129", "4881c17fffffff", a -> a.add(RCX, -129));
    row("add r15, 2147483647", "4981c7ffffff7f", a -> a.add(R15, 2147483647));
    row("and rsp, -64", "4883e4c0", a -> a.and(RSP, -64));
    row("and r13, 305419896", "4981e578563412", a -> a.and(R13, 0x12345678));
    row("sub rax, 1", "4883e801", a -> a.sub(RAX, 1));
    row("sub r9, -128", "4983e980", a -> a.sub(R9, -128));
    row("sub rsp, 127", "4883ec7f", a -> a.sub(RSP, 127));
    row("sub r12, 128", "4981ec80000000", a -> a.sub(R12, 128));
    row("sub rcx, -129", "4881e97fffffff", a -> a.sub(RCX, -129));
    row("sub r15, 2147483647", "4981efffffff7f", a -> a.sub(R15, 2147483647));
    row("and rsp, -64", "4883e4c0", a -> a.and(RSP, -64));
    row("and r9, 255", "4981e1ff000000", a -> a.and(R9, 255));
    row("cmp rax, 1", "4883f801", a -> a.cmp(RAX, 1));
    row("cmp r9, -128", "4983f980", a -> a.cmp(R9, -128));
    row("cmp rsp, 127", "4883fc7f", a -> a.cmp(RSP, 127));
    row("cmp r12, 128", "4981fc80000000", a -> a.cmp(R12, 128));
    row("cmp rcx, -129", "4881f97fffffff", a -> a.cmp(RCX, -129));
    row("cmp r15, 2147483647", "4981ffffffff7f", a -> a.cmp(R15, 2147483647));
    row("cmp rax, rbx", "4839d8", a -> a.cmp(RAX, RBX));
    row("cmp r8, rdi", "4939f8", a -> a.cmp(R8, RDI));
    row("cmp rcx, r15", "4c39f9", a -> a.cmp(RCX, R15));
    row("cmp r13, r12", "4d39e5", a -> a.cmp(R13, R12));
    row("cmp rbp, rsp", "4839e5", a -> a.cmp(RBP, RSP));
    row("shl rax, 32", "48c1e020", a -> a.shl(RAX, 32));
    row("shl rbp, 2", "48c1e502", a -> a.shl(RBP, 2));
    row("shl r11, 63", "49c1e33f", a -> a.shl(R11, 63));
    row("shl r12, 16", "49c1e410", a -> a.shl(R12, 16));
    row("shr rax, 32", "48c1e820", a -> a.shr(RAX, 32));
    row("shr rbp, 2", "48c1ed02", a -> a.shr(RBP, 2));
    row("shr r11, 63", "49c1eb3f", a -> a.shr(R11, 63));
    row("shr r12, 16", "49c1ec10", a -> a.shr(R12, 16));
    row("imul rbx, rax, 1024", "4869d800040000", a -> a.imul(RBX, RAX, 1024));
    row("imul rax, r8, -1000", "4969c018fcffff", a -> a.imul(RAX, R8, -1000));
    row("imul r13, rbp, 70000", "4c69ed70110100", a -> a.imul(R13, RBP, 70000));
    row("imul r12, r15, 123456789", "4d69e715cd5b07", a -> a.imul(R12, R15, 123456789));
    row("prefetcht0 byte ptr [rax+rcx+1]", "0f184c0801", a -> a.prefetcht0(at(RAX, RCX, 1, 1)));
    row("prefetcht0 byte ptr [r15+r8*4-2]", "430f184c87fe", a -> a.prefetcht0(at(R15, R8, 4, -2)));
    row("prefetcht0 byte ptr [rbp+r13*8]", "420f184ced00", a -> a.prefetcht0(at(RBP, R13, 8, 0)));
    row(
        "prefetcht0 byte ptr [r13+rsi*2+300]",
        "410f188c752c010000",
        a -> a.prefetcht0(at(R13, RSI, 2, 300)));
    row("prefetcht0 byte ptr [rsp+r12*2+1]", "420f184c6401", a -> a.prefetcht0(at(RSP, R12, 2, 1)));
  }

  private static void moves() {
    row("kmovq k6, qword ptr [rdi+34]", "c4e1f8907722", a -> a.kmovq(6, at(RDI, 34)));
    row("kmovq k1, qword ptr [r10+8]", "c4c1f8904a08", a -> a.kmovq(1, at(R10, 8)));
    row(
        "kmovq k7, qword ptr [r12+r9*2+300]",
        "c481f890bc4c2c010000",
        a -> a.kmovq(7, at(R12, R9, 2, 300)));
    row(
        "vinserti32x4 zmm4, zmm4, xmm5, 3",
        "62f35d4838e503",
        a -> a.vinserti32x4(zmm(4), zmm(4), zmm(5), 3));
    row(
        "vinserti32x4 zmm31, zmm20, xmm17, 1",
        "62235d4038f901",
        a -> a.vinserti32x4(zmm(31), zmm(20), zmm(17), 1));
    row(
        "vinserti32x4 zmm1, zmm2, xmmword ptr [rdi+32], 2",
        "62f36d48384f0202",
        a -> a.vinserti32x4(zmm(1), zmm(2), at(RDI, 32), 2));
    row(
        "vinserti32x4 zmm9, zmm18, xmmword ptr [r13+1], 0",
        "62536d40388d0100000000",
        a -> a.vinserti32x4(zmm(9), zmm(18), at(R13, 1), 0));
    row("{vex3} kmovd k1, eax", "c4e17b92c8", a -> a.kmovd(1, RAX));
    row("{vex3} kmovd k7, edi", "c4e17b92ff", a -> a.kmovd(7, RDI));
    row("{vex3} kmovd k0, r8d", "c4c17b92c0", a -> a.kmovd(0, R8));
    row("{vex3} kmovd k5, r15d", "c4c17b92ef", a -> a.kmovd(5, R15));
    row("{vex3} kmovd eax, k1", "c4e17b93c1", a -> a.kmovd(RAX, 1));
    row("{vex3} kmovd edi, k7", "c4e17b93ff", a -> a.kmovd(RDI, 7));
    row("{vex3} kmovd r8d, k0", "c4617b93c0", a -> a.kmovd(R8, 0));
    row("{vex3} kmovd r15d, k5", "c4617b93fd", a -> a.kmovd(R15, 5));
    row("kmovq k1, rax", "c4e1fb92c8", a -> a.kmovq(1, RAX));
    row("kmovq k7, rbp", "c4e1fb92fd", a -> a.kmovq(7, RBP));
    row("kmovq k0, r12", "c4c1fb92c4", a -> a.kmovq(0, R12));
    row("kmovq k5, r9", "c4c1fb92e9", a -> a.kmovq(5, R9));
    row("vzeroupper", "c5f877", a -> a.vzeroupper());
    row("vmovups zmm1, zmm10", "62d17c4810ca", a -> a.vmovups(zmm(1), zmm(10)));
    row("vmovups zmm18, zmm3", "62e17c4810d3", a -> a.vmovups(zmm(18), zmm(3)));
    row("vmovups zmm14{k1}, zmm23", "62317c4910f7", a -> a.vmovups(zmm(14).merge(1), zmm(23)));
    row("vmovups zmm7, zmmword ptr [rdi]", "62f17c48103f", a -> a.vmovups(zmm(7), at(RDI, 0)));
    row(
        "vmovups zmm16{k7}{z}, zmmword ptr [rbp]",
        "62e17ccf104500",
        a -> a.vmovups(zmm(16).zero(7), at(RBP, 0)));
    row(
        "vmovups zmm15, zmmword ptr [r13+192]",
        "62517c48107d03",
        a -> a.vmovups(zmm(15), at(R13, 192)));
    row(
        "vmovups zmm4, zmmword ptr [rsp-8192]",
        "62f17c4810642480",
        a -> a.vmovups(zmm(4), at(RSP, -8192)));
    row(
        "vmovups zmm25, zmmword ptr [r12+8128]",
        "62417c48104c247f",
        a -> a.vmovups(zmm(25), at(R12, 8128)));
    row(
        "vmovups zmm8, zmmword ptr [r9+8192]",
        "62517c48108100200000",
        a -> a.vmovups(zmm(8), at(R9, 8192)));
    row(
        "vmovups zmm1, zmmword ptr [rax+rcx+64]",
        "62f17c48104c0801",
        a -> a.vmovups(zmm(1), at(RAX, RCX, 1, 64)));
    row(
        "vmovups zmm18, zmmword ptr [r15+r8*4-128]",
        "62817c48105487fe",
        a -> a.vmovups(zmm(18), at(R15, R8, 4, -128)));
    row(
        "vmovups zmm14, zmmword ptr [rbp+r13*8]",
        "62317c481074ed00",
        a -> a.vmovups(zmm(14), at(RBP, R13, 8, 0)));
    row(
        "vmovups zmm7, zmmword ptr [r13+rsi*2+32]",
        "62d17c4810bc7520000000",
        a -> a.vmovups(zmm(7), at(R13, RSI, 2, 32)));
    row(
        "vmovups zmm16, zmmword ptr [rsp+r12*2+64]",
        "62a17c4810446401",
        a -> a.vmovups(zmm(16), at(RSP, R12, 2, 64)));
    row(
        "vmovups zmm15, zmmword ptr [r12+rbp*8+262144]",
        "62517c4810bcec00000400",
        a -> a.vmovups(zmm(15), at(R12, RBP, 8, 262144)));
    row(
        "vmovups zmm4, zmmword ptr [rbx+r10*8-8256]",
        "62b17c4810a4d3c0dfffff",
        a -> a.vmovups(zmm(4), at(RBX, R10, 8, -8256)));
    row(
        "vmovups zmm25, zmmword ptr [r8+r15]",
        "62017c48100c38",
        a -> a.vmovups(zmm(25), at(R8, R15, 1, 0)));
    row(
        "vmovups zmm8, zmmword ptr [r10-64]",
        "62517c481042ff",
        a -> a.vmovups(zmm(8), at(R10, -64)));
    row("vmovups zmm1, zmmword ptr [r14]", "62d17c48100e", a -> a.vmovups(zmm(1), at(R14, 0)));
    row(
        "vmovups zmm18, zmmword ptr [rdx+rbx*4+128]",
        "62e17c4810549a02",
        a -> a.vmovups(zmm(18), at(RDX, RBX, 4, 128)));
    row(
        "vmovups zmm14, zmmword ptr [r11+r14*2-64]",
        "62117c48107473ff",
        a -> a.vmovups(zmm(14), at(R11, R14, 2, -64)));
    row(
        "vmovups zmm7, zmmword ptr [rsi+320]",
        "62f17c48107e05",
        a -> a.vmovups(zmm(7), at(RSI, 320)));
    row(
        "vmovups zmm16, zmmword ptr [rcx+rdi*8+4096]",
        "62e17c481044f940",
        a -> a.vmovups(zmm(16), at(RCX, RDI, 8, 4096)));
    row("vmovups zmmword ptr [rdi], zmm15", "62717c48113f", a -> a.vmovups(at(RDI, 0), zmm(15)));
    row(
        "vmovups zmmword ptr [rbp]{k2}, zmm13",
        "62717c4a116d00",
        a -> a.vmovups(at(RBP, 0), zmm(13).merge(2)));
    row(
        "vmovups zmmword ptr [r13+192], zmm11",
        "62517c48115d03",
        a -> a.vmovups(at(R13, 192), zmm(11)));
    row(
        "vmovups zmmword ptr [rsp-8192], zmm8",
        "62717c4811442480",
        a -> a.vmovups(at(RSP, -8192), zmm(8)));
    row(
        "vmovups zmmword ptr [r12+8128], zmm10",
        "62517c481154247f",
        a -> a.vmovups(at(R12, 8128), zmm(10)));
    row(
        "vmovups zmmword ptr [r9+8192], zmm12",
        "62517c4811a100200000",
        a -> a.vmovups(at(R9, 8192), zmm(12)));
    row("{evex} vmovups ymm14, ymm23", "62317c2810f7", a -> a.vmovupsY(zmm(14), zmm(23)));
    row("{evex} vmovups ymm7, ymm9", "62d17c2810f9", a -> a.vmovupsY(zmm(7), zmm(9)));
    row(
        "{evex} vmovups ymm16{k5}, ymm0",
        "62e17c2d10c0",
        a -> a.vmovupsY(zmm(16).merge(5), zmm(0)));
    row(
        "{evex} vmovups ymm15, ymmword ptr [rax+rcx+32]",
        "62717c28107c0801",
        a -> a.vmovupsY(zmm(15), at(RAX, RCX, 1, 32)));
    row(
        "{evex} vmovups ymm4{k3}, ymmword ptr [r15+r8*4-64]",
        "62917c2b106487fe",
        a -> a.vmovupsY(zmm(4).merge(3), at(R15, R8, 4, -64)));
    row(
        "{evex} vmovups ymmword ptr [rbp+r13*8], ymm25",
        "62217c28114ced00",
        a -> a.vmovupsY(at(RBP, R13, 8, 0), zmm(25)));
    row(
        "{evex} vmovups ymmword ptr [r13+rsi*2+16]{k4}, ymm17",
        "62c17c2c118c7510000000",
        a -> a.vmovupsY(at(R13, RSI, 2, 16), zmm(17).merge(4)));
    row(
        "{evex} vmovups ymmword ptr [rsp+r12*2+32], ymm19",
        "62a17c28115c6401",
        a -> a.vmovupsY(at(RSP, R12, 2, 32), zmm(19)));
    row(
        "{evex} vmovups xmmword ptr [r12+rbp*8+65536], xmm18",
        "62c17c081194ec00000100",
        a -> a.vmovupsX(at(R12, RBP, 8, 65536), zmm(18)));
    row(
        "{evex} vmovups xmmword ptr [rbx+r10*8-2064]{k6}, xmm23",
        "62a17c0e11bcd3f0f7ffff",
        a -> a.vmovupsX(at(RBX, R10, 8, -2064), zmm(23).merge(6)));
    row(
        "{evex} vmovups xmmword ptr [r8+r15], xmm31",
        "62017c08113c38",
        a -> a.vmovupsX(at(R8, R15, 1, 0), zmm(31)));
    row("{evex} vmovq xmm1, rax", "62f1fd086ec8", a -> a.vmovq(zmm(1), RAX));
    row("{evex} vmovq xmm9, r15", "6251fd086ecf", a -> a.vmovq(zmm(9), R15));
    row("{evex} vmovq xmm18, rsp", "62e1fd086ed4", a -> a.vmovq(zmm(18), RSP));
    row("{evex} vmovq xmm31, r8", "6241fd086ef8", a -> a.vmovq(zmm(31), R8));
    row(
        "{evex} vpinsrq xmm1, xmm10, rax, 1",
        "62f3ad0822c801",
        a -> a.vpinsrqHigh(zmm(1), zmm(10), RAX));
    row(
        "{evex} vpinsrq xmm19, xmm2, r15, 1",
        "62c3ed0822df01",
        a -> a.vpinsrqHigh(zmm(19), zmm(2), R15));
    row(
        "{evex} vpinsrq xmm8, xmm30, rbp, 1",
        "62738d0022c501",
        a -> a.vpinsrqHigh(zmm(8), zmm(30), RBP));
    row(
        "{evex} vpinsrq xmm3, xmm5, r12, 1",
        "62d3d50822dc01",
        a -> a.vpinsrqHigh(zmm(3), zmm(5), R12));
    row(
        "{evex} vmovss dword ptr [r10-4], xmm16",
        "62c17e081142ff",
        a -> a.vmovss(at(R10, -4), zmm(16)));
    row(
        "{evex} vmovss dword ptr [r14]{k1}, xmm27",
        "62417e09111e",
        a -> a.vmovss(at(R14, 0), zmm(27).merge(1)));
    row(
        "{evex} vmovss dword ptr [rdx+rbx*4+8], xmm30",
        "62617e0811749a02",
        a -> a.vmovss(at(RDX, RBX, 4, 8), zmm(30)));
    row("{evex} vbroadcastss ymm25, xmm6", "62627d2818ce", a -> a.vbroadcastssY(zmm(25), zmm(6)));
    row("{evex} vbroadcastss ymm8, xmm17", "62327d2818c1", a -> a.vbroadcastssY(zmm(8), zmm(17)));
    row(
        "{evex} vbroadcastss ymm1{k7}{z}, xmm10",
        "62d27daf18ca",
        a -> a.vbroadcastssY(zmm(1).zero(7), zmm(10)));
    row(
        "{evex} vbroadcastss ymm18, dword ptr [r11+r14*2-4]",
        "62827d28185473ff",
        a -> a.vbroadcastssY(zmm(18), at(R11, R14, 2, -4)));
    row(
        "{evex} vbroadcastss ymm14{k2}{z}, dword ptr [rsi+20]",
        "62727daa187605",
        a -> a.vbroadcastssY(zmm(14).zero(2), at(RSI, 20)));
    row("vbroadcastss zmm7, xmm9", "62d27d4818f9", a -> a.vbroadcastss(zmm(7), zmm(9)));
    row("vbroadcastss zmm16, xmm0", "62e27d4818c0", a -> a.vbroadcastss(zmm(16), zmm(0)));
    row(
        "vbroadcastss zmm15{k5}, xmm27",
        "62127d4d18fb",
        a -> a.vbroadcastss(zmm(15).merge(5), zmm(27)));
    row(
        "vbroadcastss zmm4, dword ptr [rcx+rdi*8+256]",
        "62f27d481864f940",
        a -> a.vbroadcastss(zmm(4), at(RCX, RDI, 8, 256)));
    row(
        "vbroadcastss zmm25{k3}, dword ptr [rdi]",
        "62627d4b180f",
        a -> a.vbroadcastss(zmm(25).merge(3), at(RDI, 0)));
    row(
        "vpbroadcastd zmm8, dword ptr [rbp]",
        "62727d48584500",
        a -> a.vpbroadcastd(zmm(8), at(RBP, 0)));
    row(
        "vpbroadcastd zmm1{k4}{z}, dword ptr [r13+12]",
        "62d27dcc584d03",
        a -> a.vpbroadcastd(zmm(1).zero(4), at(R13, 12)));
    row(
        "vpbroadcastd zmm18, dword ptr [rsp-512]",
        "62e27d4858542480",
        a -> a.vpbroadcastd(zmm(18), at(RSP, -512)));
    row("vpbroadcastd zmm1, eax", "62f27d487cc8", a -> a.vpbroadcastd(zmm(1), RAX));
    row("vpbroadcastd zmm9, r15d", "62527d487ccf", a -> a.vpbroadcastd(zmm(9), R15));
    row(
        "vpbroadcastd zmm18{k3}{z}, esp",
        "62e27dcb7cd4",
        a -> a.vpbroadcastd(zmm(18).zero(3), RSP));
    row("vpbroadcastd zmm31{k2}, r8d", "62427d4a7cf8", a -> a.vpbroadcastd(zmm(31).merge(2), R8));
    row(
        "{evex} vpbroadcastw ymm14, word ptr [r12+254]",
        "62527d287974247f",
        a -> a.vpbroadcastwY(zmm(14), at(R12, 254)));
    row(
        "{evex} vpbroadcastw ymm7{k6}, word ptr [r9+256]",
        "62d27d2e79b900010000",
        a -> a.vpbroadcastwY(zmm(7).merge(6), at(R9, 256)));
    row(
        "{evex} vpbroadcastw ymm16, word ptr [rax+rcx+2]",
        "62e27d2879440801",
        a -> a.vpbroadcastwY(zmm(16), at(RAX, RCX, 1, 2)));
    row(
        "{evex} vpbroadcastw ymm15, word ptr [r15+r8*4-4]",
        "62127d28797c87fe",
        a -> a.vpbroadcastwY(zmm(15), at(R15, R8, 4, -4)));
    row(
        "vbroadcasti32x4 zmm4, xmmword ptr [rbp+r13*8]",
        "62b27d485a64ed00",
        a -> a.vbroadcasti32x4(zmm(4), at(RBP, R13, 8, 0)));
    row(
        "vbroadcasti32x4 zmm25{k1}, xmmword ptr [r13+rsi*2+8]",
        "62427d495a8c7508000000",
        a -> a.vbroadcasti32x4(zmm(25).merge(1), at(R13, RSI, 2, 8)));
    row(
        "vbroadcasti32x4 zmm8, xmmword ptr [rsp+r12*2+16]",
        "62327d485a446401",
        a -> a.vbroadcasti32x4(zmm(8), at(RSP, R12, 2, 16)));
    row(
        "vbroadcasti64x4 zmm1, ymmword ptr [r12+rbp*8+131072]",
        "62d2fd485b8cec00000200",
        a -> a.vbroadcasti64x4(zmm(1), at(R12, RBP, 8, 131072)));
    row(
        "vbroadcasti64x4 zmm18{k7}{z}, ymmword ptr [rbx+r10*8-4128]",
        "62a2fdcf5b94d3e0efffff",
        a -> a.vbroadcasti64x4(zmm(18).zero(7), at(RBX, R10, 8, -4128)));
    row(
        "vbroadcasti64x4 zmm14, ymmword ptr [r8+r15]",
        "6212fd485b3438",
        a -> a.vbroadcasti64x4(zmm(14), at(R8, R15, 1, 0)));
    row(
        "vinserti64x4 zmm7, zmm9, ymm31, 1",
        "6293b5483aff01",
        a -> a.vinserti64x4(zmm(7), zmm(9), zmm(31), 1));
    row(
        "vinserti64x4 zmm16, zmm0, ymm8, 0",
        "62c3fd483ac000",
        a -> a.vinserti64x4(zmm(16), zmm(0), zmm(8), 0));
    row(
        "vinserti64x4 zmm15{k2}{z}, zmm27, ymm2, 1",
        "6273a5c23afa01",
        a -> a.vinserti64x4(zmm(15).zero(2), zmm(27), zmm(2), 1));
    row(
        "vinserti64x4 zmm4, zmm13, ymmword ptr [r10-32], 0",
        "62d395483a62ff00",
        a -> a.vinserti64x4(zmm(4), zmm(13), at(R10, -32), 0));
    row(
        "vinserti64x4 zmm25{k5}, zmm6, ymmword ptr [r14], 1",
        "6243cd4d3a0e01",
        a -> a.vinserti64x4(zmm(25).merge(5), zmm(6), at(R14, 0), 1));
    row("vextracti64x4 ymm8, zmm17, 1", "62c3fd483bc801", a -> a.vextracti64x4(zmm(8), zmm(17), 1));
    row(
        "vextracti64x4 ymm10, zmm19, 0",
        "62c3fd483bda00",
        a -> a.vextracti64x4(zmm(10), zmm(19), 0));
    row(
        "vextracti64x4 ymm12{k3}, zmm18, 1",
        "62c3fd4b3bd401",
        a -> a.vextracti64x4(zmm(12).merge(3), zmm(18), 1));
    row(
        "vextracti32x4 xmm14, zmm23, 3",
        "62c37d4839fe03",
        a -> a.vextracti32x4(zmm(14), zmm(23), 3));
    row("vextracti32x4 xmm9, zmm31, 0", "62437d4839f900", a -> a.vextracti32x4(zmm(9), zmm(31), 0));
    row(
        "vextracti32x4 xmm8{k4}{z}, zmm16, 2",
        "62c37dcc39c002",
        a -> a.vextracti32x4(zmm(8).zero(4), zmm(16), 2));
    row(
        "{evex} vextractps dword ptr [rdx+rbx*4+8], xmm15, 1",
        "62737d08177c9a0201",
        a -> a.vextractps(at(RDX, RBX, 4, 8), zmm(15), 1));
    row(
        "{evex} vextractps dword ptr [r11+r14*2-4], xmm13, 2",
        "62137d08176c73ff02",
        a -> a.vextractps(at(R11, R14, 2, -4), zmm(13), 2));
    row(
        "{evex} vextractps dword ptr [rsi+20], xmm11, 3",
        "62737d08175e0503",
        a -> a.vextractps(at(RSI, 20), zmm(11), 3));
  }

  private static void bitsAndIntegers() {
    row("vpsubb zmm1, zmm2, zmm3", "62f16d48f8cb", a -> a.vpsubb(zmm(1), zmm(2), zmm(3)));
    row(
        "vpsubb zmm4{k6}, zmm19, zmm4",
        "62f16546f8e4",
        a -> a.vpsubb(zmm(4).merge(6), zmm(19), zmm(4)));
    row(
        "vpsubb zmm31{k2}{z}, zmm20, zmm30",
        "62015dc2f8fe",
        a -> a.vpsubb(zmm(31).zero(2), zmm(20), zmm(30)));
    row(
        "vpsubb zmm7, zmm8, zmmword ptr [rsi+128]",
        "62f13d48f87e02",
        a -> a.vpsubb(zmm(7), zmm(8), at(RSI, 128)));
    row("vpandd zmm8, zmm17, zmm7", "62717540dbc7", a -> a.vpandd(zmm(8), zmm(17), zmm(7)));
    row("vpandd zmm1, zmm10, zmm19", "62b12d48dbcb", a -> a.vpandd(zmm(1), zmm(10), zmm(19)));
    row(
        "vpandd zmm18{k6}, zmm3, zmm12",
        "62c1654edbd4",
        a -> a.vpandd(zmm(18).merge(6), zmm(3), zmm(12)));
    row(
        "vpandd zmm14, zmm23, zmmword ptr [rcx+rdi*8+4096]",
        "62714540db74f940",
        a -> a.vpandd(zmm(14), zmm(23), at(RCX, RDI, 8, 4096)));
    row(
        "vpandd zmm7{k1}, zmm9, dword ptr [rdi]{1to16}",
        "62f13559db3f",
        a -> a.vpandd(zmm(7).merge(1), zmm(9), at(RDI, 0).all()));
    row("vpord zmm16, zmm0, zmm8", "62c17d48ebc0", a -> a.vpord(zmm(16), zmm(0), zmm(8)));
    row("vpord zmm15, zmm27, zmm2", "62712540ebfa", a -> a.vpord(zmm(15), zmm(27), zmm(2)));
    row(
        "vpord zmm4{k7}{z}, zmm13, zmm30",
        "629115cfebe6",
        a -> a.vpord(zmm(4).zero(7), zmm(13), zmm(30)));
    row(
        "vpord zmm25, zmm6, zmmword ptr [rbp]",
        "62614d48eb4d00",
        a -> a.vpord(zmm(25), zmm(6), at(RBP, 0)));
    row(
        "vpord zmm8{k2}{z}, zmm17, dword ptr [r13+12]{1to16}",
        "625175d2eb4503",
        a -> a.vpord(zmm(8).zero(2), zmm(17), at(R13, 12).all()));
    row("vpxord zmm1, zmm10, zmm19", "62b12d48efcb", a -> a.vpxord(zmm(1), zmm(10), zmm(19)));
    row("vpxord zmm18, zmm3, zmm12", "62c16548efd4", a -> a.vpxord(zmm(18), zmm(3), zmm(12)));
    row(
        "vpxord zmm14{k5}, zmm23, zmm5",
        "62714545eff5",
        a -> a.vpxord(zmm(14).merge(5), zmm(23), zmm(5)));
    row(
        "vpxord zmm7, zmm9, zmmword ptr [rsp-8192]",
        "62f13548ef7c2480",
        a -> a.vpxord(zmm(7), zmm(9), at(RSP, -8192)));
    row(
        "vpxord zmm16{k3}, zmm0, dword ptr [r12+508]{1to16}",
        "62c17d5bef44247f",
        a -> a.vpxord(zmm(16).merge(3), zmm(0), at(R12, 508).all()));
    row(
        "vpternlogd zmm15, zmm27, zmm2, 0xf8",
        "6273254025faf8",
        a -> a.vpternlogd(zmm(15), zmm(27), zmm(2), 0xF8));
    row(
        "vpternlogd zmm4, zmm13, zmm30, 0xca",
        "6293154825e6ca",
        a -> a.vpternlogd(zmm(4), zmm(13), zmm(30), 0xCA));
    row(
        "vpternlogd zmm25{k4}{z}, zmm6, zmm11, 3",
        "62434dcc25cb03",
        a -> a.vpternlogd(zmm(25).zero(4), zmm(6), zmm(11), 3));
    row(
        "vpternlogd zmm8, zmm17, zmmword ptr [r9+8192], 0xf8",
        "62537540258100200000f8",
        a -> a.vpternlogd(zmm(8), zmm(17), at(R9, 8192), 0xF8));
    row(
        "vpternlogd zmm1{k6}, zmm10, zmmword ptr [rax+rcx+64], 0xca",
        "62f32d4e254c0801ca",
        a -> a.vpternlogd(zmm(1).merge(6), zmm(10), at(RAX, RCX, 1, 64), 0xCA));
    row("vpsrlw zmm18, zmm3, 4", "62f16d4071d304", a -> a.vpsrlw(zmm(18), zmm(3), 4));
    row("vpsrlw zmm14, zmm23, 1", "62b10d4871d701", a -> a.vpsrlw(zmm(14), zmm(23), 1));
    row(
        "vpsrlw zmm7{k1}, zmm9, 0xf",
        "62d1454971d10f",
        a -> a.vpsrlw(zmm(7).merge(1), zmm(9), 0xF));
    row("vpslld zmm16, zmm0, 4", "62f17d4072f004", a -> a.vpslld(zmm(16), zmm(0), 4));
    row("vpslld zmm15, zmm27, 1", "6291054872f301", a -> a.vpslld(zmm(15), zmm(27), 1));
    row(
        "vpslld zmm4{k7}{z}, zmm13, 0xf",
        "62d15dcf72f50f",
        a -> a.vpslld(zmm(4).zero(7), zmm(13), 0xF));
    row("vpsrad zmm25, zmm6, 4", "62f1354072e604", a -> a.vpsrad(zmm(25), zmm(6), 4));
    row("vpsrad zmm8, zmm17, 1", "62b13d4872e101", a -> a.vpsrad(zmm(8), zmm(17), 1));
    row(
        "vpsrad zmm1{k2}{z}, zmm10, 0xf",
        "62d175ca72e20f",
        a -> a.vpsrad(zmm(1).zero(2), zmm(10), 0xF));
    row("vpsrld zmm18, zmm3, 4", "62f16d4072d304", a -> a.vpsrld(zmm(18), zmm(3), 4));
    row("vpsrld zmm14, zmm23, 1", "62b10d4872d701", a -> a.vpsrld(zmm(14), zmm(23), 1));
    row(
        "vpsrld zmm7{k5}, zmm9, 0xf",
        "62d1454d72d10f",
        a -> a.vpsrld(zmm(7).merge(5), zmm(9), 0xF));
    row("vpsrlvw zmm16, zmm0, zmm8", "62c2fd4810c0", a -> a.vpsrlvw(zmm(16), zmm(0), zmm(8)));
    row("vpsrlvw zmm15, zmm27, zmm2", "6272a54010fa", a -> a.vpsrlvw(zmm(15), zmm(27), zmm(2)));
    row(
        "vpsrlvw zmm4{k3}, zmm13, zmm30",
        "6292954b10e6",
        a -> a.vpsrlvw(zmm(4).merge(3), zmm(13), zmm(30)));
    row(
        "vpsrlvw zmm25, zmm6, zmmword ptr [r15+r8*4-128]",
        "6202cd48104c87fe",
        a -> a.vpsrlvw(zmm(25), zmm(6), at(R15, R8, 4, -128)));
    row(
        "vpsrlvw zmm8{k4}{z}, zmm17, zmmword ptr [rbp+r13*8]",
        "6232f5c41044ed00",
        a -> a.vpsrlvw(zmm(8).zero(4), zmm(17), at(RBP, R13, 8, 0)));
    row("vpsrlvd zmm1, zmm10, zmm19", "62b22d4845cb", a -> a.vpsrlvd(zmm(1), zmm(10), zmm(19)));
    row("vpsrlvd zmm18, zmm3, zmm12", "62c2654845d4", a -> a.vpsrlvd(zmm(18), zmm(3), zmm(12)));
    row(
        "vpsrlvd zmm14{k6}, zmm23, zmm5",
        "6272454645f5",
        a -> a.vpsrlvd(zmm(14).merge(6), zmm(23), zmm(5)));
    row(
        "vpsrlvd zmm7, zmm9, zmmword ptr [r13+rsi*2+32]",
        "62d2354845bc7520000000",
        a -> a.vpsrlvd(zmm(7), zmm(9), at(R13, RSI, 2, 32)));
    row(
        "vpsrlvd zmm16{k1}, zmm0, dword ptr [rsp+r12*2+4]{1to16}",
        "62a27d5945446401",
        a -> a.vpsrlvd(zmm(16).merge(1), zmm(0), at(RSP, R12, 2, 4).all()));
    row("vprolvd zmm15, zmm27, zmm2", "6272254015fa", a -> a.vprolvd(zmm(15), zmm(27), zmm(2)));
    row("vprolvd zmm4, zmm13, zmm30", "6292154815e6", a -> a.vprolvd(zmm(4), zmm(13), zmm(30)));
    row(
        "vprolvd zmm25{k7}{z}, zmm6, zmm11",
        "62424dcf15cb",
        a -> a.vprolvd(zmm(25).zero(7), zmm(6), zmm(11)));
    row(
        "vprolvd zmm8, zmm17, zmmword ptr [r12+rbp*8+262144]",
        "625275401584ec00000400",
        a -> a.vprolvd(zmm(8), zmm(17), at(R12, RBP, 8, 262144)));
    row(
        "vprolvd zmm1{k2}{z}, zmm10, dword ptr [rbx+r10*8-516]{1to16}",
        "62b22dda158cd3fcfdffff",
        a -> a.vprolvd(zmm(1).zero(2), zmm(10), at(RBX, R10, 8, -516).all()));
    row("vpaddd zmm18, zmm3, zmm12", "62c16548fed4", a -> a.vpaddd(zmm(18), zmm(3), zmm(12)));
    row("vpaddd zmm14, zmm23, zmm5", "62714540fef5", a -> a.vpaddd(zmm(14), zmm(23), zmm(5)));
    row(
        "vpaddd zmm7{k5}, zmm9, zmm31",
        "6291354dfeff",
        a -> a.vpaddd(zmm(7).merge(5), zmm(9), zmm(31)));
    row(
        "vpaddd zmm16, zmm0, zmmword ptr [r8+r15]",
        "62817d48fe0438",
        a -> a.vpaddd(zmm(16), zmm(0), at(R8, R15, 1, 0)));
    row(
        "vpaddd zmm15{k3}, zmm27, dword ptr [r10-4]{1to16}",
        "62512553fe7aff",
        a -> a.vpaddd(zmm(15).merge(3), zmm(27), at(R10, -4).all()));
    row("vpsubd zmm4, zmm13, zmm30", "62911548fae6", a -> a.vpsubd(zmm(4), zmm(13), zmm(30)));
    row("vpsubd zmm25, zmm6, zmm11", "62414d48facb", a -> a.vpsubd(zmm(25), zmm(6), zmm(11)));
    row(
        "vpsubd zmm8{k4}{z}, zmm17, zmm7",
        "627175c4fac7",
        a -> a.vpsubd(zmm(8).zero(4), zmm(17), zmm(7)));
    row(
        "vpsubd zmm1, zmm10, zmmword ptr [r14]",
        "62d12d48fa0e",
        a -> a.vpsubd(zmm(1), zmm(10), at(R14, 0)));
    row(
        "vpsubd zmm18{k6}, zmm3, dword ptr [rdx+rbx*4+8]{1to16}",
        "62e1655efa549a02",
        a -> a.vpsubd(zmm(18).merge(6), zmm(3), at(RDX, RBX, 4, 8).all()));
    row("vpmaxsd zmm14, zmm23, zmm5", "627245403df5", a -> a.vpmaxsd(zmm(14), zmm(23), zmm(5)));
    row("vpmaxsd zmm7, zmm9, zmm31", "629235483dff", a -> a.vpmaxsd(zmm(7), zmm(9), zmm(31)));
    row(
        "vpmaxsd zmm16{k1}, zmm0, zmm8",
        "62c27d493dc0",
        a -> a.vpmaxsd(zmm(16).merge(1), zmm(0), zmm(8)));
    row(
        "vpmaxsd zmm15, zmm27, zmmword ptr [r11+r14*2-64]",
        "621225403d7c73ff",
        a -> a.vpmaxsd(zmm(15), zmm(27), at(R11, R14, 2, -64)));
    row(
        "vpmaxsd zmm4{k7}{z}, zmm13, dword ptr [rsi+20]{1to16}",
        "62f215df3d6605",
        a -> a.vpmaxsd(zmm(4).zero(7), zmm(13), at(RSI, 20).all()));
    row("vpaddb zmm25, zmm6, zmm11", "62414d48fccb", a -> a.vpaddb(zmm(25), zmm(6), zmm(11)));
    row("vpaddb zmm8, zmm17, zmm7", "62717540fcc7", a -> a.vpaddb(zmm(8), zmm(17), zmm(7)));
    row(
        "vpaddb zmm1{k2}{z}, zmm10, zmm19",
        "62b12dcafccb",
        a -> a.vpaddb(zmm(1).zero(2), zmm(10), zmm(19)));
    row(
        "vpaddb zmm18, zmm3, zmmword ptr [rcx+rdi*8+4096]",
        "62e16548fc54f940",
        a -> a.vpaddb(zmm(18), zmm(3), at(RCX, RDI, 8, 4096)));
    row(
        "vpaddb zmm14{k5}, zmm23, zmmword ptr [rdi]",
        "62714545fc37",
        a -> a.vpaddb(zmm(14).merge(5), zmm(23), at(RDI, 0)));
    row("vpdpbusd zmm7, zmm9, zmm31", "6292354850ff", a -> a.vpdpbusd(zmm(7), zmm(9), zmm(31)));
    row("vpdpbusd zmm16, zmm0, zmm8", "62c27d4850c0", a -> a.vpdpbusd(zmm(16), zmm(0), zmm(8)));
    row(
        "vpdpbusd zmm15{k3}, zmm27, zmm2",
        "6272254350fa",
        a -> a.vpdpbusd(zmm(15).merge(3), zmm(27), zmm(2)));
    row(
        "vpdpbusd zmm4, zmm13, zmmword ptr [rbp]",
        "62f21548506500",
        a -> a.vpdpbusd(zmm(4), zmm(13), at(RBP, 0)));
    row(
        "vpdpbusd zmm25{k4}{z}, zmm6, dword ptr [r13+12]{1to16}",
        "62424ddc504d03",
        a -> a.vpdpbusd(zmm(25).zero(4), zmm(6), at(R13, 12).all()));
    row(
        "vpdpbusd zmm8, zmm17, zmmword ptr [rsp-8192]",
        "6272754050442480",
        a -> a.vpdpbusd(zmm(8), zmm(17), at(RSP, -8192)));
    row(
        "vpdpbusd zmm1, zmm10, dword ptr [r12+508]{1to16}",
        "62d22d58504c247f",
        a -> a.vpdpbusd(zmm(1), zmm(10), at(R12, 508).all()));
    row("vpsllw zmm5, zmm20, 8", "62b1554871f408", a -> a.vpsllw(zmm(5), zmm(20), 8));
    row("vpsllw zmm31{k2}, zmm3, 1", "62f1054271f301", a -> a.vpsllw(zmm(31).merge(2), zmm(3), 1));
    row("vpmullw zmm5, zmm20, zmm9", "62d15d40d5e9", a -> a.vpmullw(zmm(5), zmm(20), zmm(9)));
    row(
        "vpmullw zmm17, zmm1, zmmword ptr [r12+64]",
        "62c17548d54c2401",
        a -> a.vpmullw(zmm(17), zmm(1), at(R12, 64)));
    row("vpmulhuw zmm5, zmm20, zmm9", "62d15d40e4e9", a -> a.vpmulhuw(zmm(5), zmm(20), zmm(9)));
    row(
        "vpmulhuw zmm30, zmm1, zmmword ptr [rsp+64]",
        "62617548e4742401",
        a -> a.vpmulhuw(zmm(30), zmm(1), at(RSP, 64)));
    row("vpdpwssd zmm1, zmm2, zmm3", "62f26d4852cb", a -> a.vpdpwssd(zmm(1), zmm(2), zmm(3)));
    row(
        "vpdpwssd zmm17, zmm30, dword ptr [r11+48]{1to16}",
        "62c20d50524b0c",
        a -> a.vpdpwssd(zmm(17), zmm(30), at(R11, 48).all()));
    row(
        "vpdpwssd zmm9, zmm20, zmmword ptr [rdi+r9*2+128]",
        "62325d40524c4f02",
        a -> a.vpdpwssd(zmm(9), zmm(20), at(RDI, R9, 2, 128)));
    row("vpshufb zmm18, zmm3, zmm12", "62c2654800d4", a -> a.vpshufb(zmm(18), zmm(3), zmm(12)));
    row("vpshufb zmm14, zmm23, zmm5", "6272454000f5", a -> a.vpshufb(zmm(14), zmm(23), zmm(5)));
    row(
        "vpshufb zmm7{k6}, zmm9, zmm31",
        "6292354e00ff",
        a -> a.vpshufb(zmm(7).merge(6), zmm(9), zmm(31)));
    row(
        "vpshufb zmm16, zmm0, zmmword ptr [r9+8192]",
        "62c27d48008100200000",
        a -> a.vpshufb(zmm(16), zmm(0), at(R9, 8192)));
    row(
        "vpshufb zmm15{k1}, zmm27, zmmword ptr [rax+rcx+64]",
        "62722541007c0801",
        a -> a.vpshufb(zmm(15).merge(1), zmm(27), at(RAX, RCX, 1, 64)));
    row(
        "{evex} vpshufb xmm4, xmm13, xmm30",
        "6292150800e6",
        a -> a.vpshufbX(zmm(4), zmm(13), zmm(30)));
    row(
        "{evex} vpshufb xmm25, xmm6, xmm11",
        "62424d0800cb",
        a -> a.vpshufbX(zmm(25), zmm(6), zmm(11)));
    row(
        "{evex} vpshufb xmm8{k7}{z}, xmm17, xmm7",
        "6272758700c7",
        a -> a.vpshufbX(zmm(8).zero(7), zmm(17), zmm(7)));
    row(
        "{evex} vpshufb xmm1, xmm10, xmmword ptr [r15+r8*4-32]",
        "62922d08004c87fe",
        a -> a.vpshufbX(zmm(1), zmm(10), at(R15, R8, 4, -32)));
    row(
        "{evex} vpshufb xmm18{k2}{z}, xmm3, xmmword ptr [rbp+r13*8]",
        "62a2658a0054ed00",
        a -> a.vpshufbX(zmm(18).zero(2), zmm(3), at(RBP, R13, 8, 0)));
    row("{evex} vpmovzxbd ymm14, xmm23", "62327d2831f7", a -> a.vpmovzxbdY(zmm(14), zmm(23)));
    row("{evex} vpmovzxbd ymm7, xmm9", "62d27d2831f9", a -> a.vpmovzxbdY(zmm(7), zmm(9)));
    row(
        "{evex} vpmovzxbd ymm16{k5}, xmm0",
        "62e27d2d31c0",
        a -> a.vpmovzxbdY(zmm(16).merge(5), zmm(0)));
    row(
        "{evex} vpmovzxbd ymm15, qword ptr [r13+rsi*2+4]",
        "62527d2831bc7504000000",
        a -> a.vpmovzxbdY(zmm(15), at(R13, RSI, 2, 4)));
    row(
        "{evex} vpmovzxbd ymm4{k3}, qword ptr [rsp+r12*2+8]",
        "62b27d2b31646401",
        a -> a.vpmovzxbdY(zmm(4).merge(3), at(RSP, R12, 2, 8)));
    row("vpmovzxbd zmm25, xmm6", "62627d4831ce", a -> a.vpmovzxbd(zmm(25), zmm(6)));
    row("vpmovzxbd zmm8, xmm17", "62327d4831c1", a -> a.vpmovzxbd(zmm(8), zmm(17)));
    row("vpmovzxbd zmm1{k4}{z}, xmm10", "62d27dcc31ca", a -> a.vpmovzxbd(zmm(1).zero(4), zmm(10)));
    row(
        "vpmovzxbd zmm18, xmmword ptr [r12+rbp*8+65536]",
        "62c27d483194ec00000100",
        a -> a.vpmovzxbd(zmm(18), at(R12, RBP, 8, 65536)));
    row(
        "vpmovzxbd zmm14{k6}, xmmword ptr [rbx+r10*8-2064]",
        "62327d4e31b4d3f0f7ffff",
        a -> a.vpmovzxbd(zmm(14).merge(6), at(RBX, R10, 8, -2064)));
    row("vpmovsxbd zmm7, xmm9", "62d27d4821f9", a -> a.vpmovsxbd(zmm(7), zmm(9)));
    row("vpmovsxbd zmm16, xmm0", "62e27d4821c0", a -> a.vpmovsxbd(zmm(16), zmm(0)));
    row("vpmovsxbd zmm15{k1}, xmm27", "62127d4921fb", a -> a.vpmovsxbd(zmm(15).merge(1), zmm(27)));
    row(
        "vpmovsxbd zmm4, xmmword ptr [r8+r15]",
        "62927d48212438",
        a -> a.vpmovsxbd(zmm(4), at(R8, R15, 1, 0)));
    row(
        "vpmovsxbd zmm25{k7}{z}, xmmword ptr [r10-16]",
        "62427dcf214aff",
        a -> a.vpmovsxbd(zmm(25).zero(7), at(R10, -16)));
    row("vpmovzxwd zmm8, ymmword ptr [r14]", "62527d483306", a -> a.vpmovzxwd(zmm(8), at(R14, 0)));
    row(
        "vpmovzxwd zmm1{k2}{z}, ymmword ptr [rdx+rbx*4+64]",
        "62f27dca334c9a02",
        a -> a.vpmovzxwd(zmm(1).zero(2), at(RDX, RBX, 4, 64)));
    row(
        "vpmovzxwd zmm18, ymmword ptr [r11+r14*2-32]",
        "62827d48335473ff",
        a -> a.vpmovzxwd(zmm(18), at(R11, R14, 2, -32)));
    row(
        "vpmovdb xmmword ptr [rsi+80], zmm14",
        "62727e48317605",
        a -> a.vpmovdb(at(RSI, 80), zmm(14)));
    row(
        "vpmovdb xmmword ptr [rcx+rdi*8+1024]{k5}, zmm9",
        "62727e4d314cf940",
        a -> a.vpmovdb(at(RCX, RDI, 8, 1024), zmm(9).merge(5)));
    row("vpmovdb xmmword ptr [rdi], zmm8", "62727e483107", a -> a.vpmovdb(at(RDI, 0), zmm(8)));
  }

  private static void orders() {
    row(
        "vpunpckldq zmm15, zmm27, zmm2",
        "6271254062fa",
        a -> a.vpunpckldq(zmm(15), zmm(27), zmm(2)));
    row(
        "vpunpckldq zmm4, zmm13, zmm30",
        "6291154862e6",
        a -> a.vpunpckldq(zmm(4), zmm(13), zmm(30)));
    row(
        "vpunpckldq zmm25{k3}, zmm6, zmm11",
        "62414d4b62cb",
        a -> a.vpunpckldq(zmm(25).merge(3), zmm(6), zmm(11)));
    row(
        "vpunpckldq zmm8, zmm17, zmmword ptr [rbp]",
        "62717540624500",
        a -> a.vpunpckldq(zmm(8), zmm(17), at(RBP, 0)));
    row(
        "vpunpckldq zmm1{k4}{z}, zmm10, dword ptr [r13+12]{1to16}",
        "62d12ddc624d03",
        a -> a.vpunpckldq(zmm(1).zero(4), zmm(10), at(R13, 12).all()));
    row(
        "vpunpckhdq zmm18, zmm3, zmm12",
        "62c165486ad4",
        a -> a.vpunpckhdq(zmm(18), zmm(3), zmm(12)));
    row(
        "vpunpckhdq zmm14, zmm23, zmm5",
        "627145406af5",
        a -> a.vpunpckhdq(zmm(14), zmm(23), zmm(5)));
    row(
        "vpunpckhdq zmm7{k6}, zmm9, zmm31",
        "6291354e6aff",
        a -> a.vpunpckhdq(zmm(7).merge(6), zmm(9), zmm(31)));
    row(
        "vpunpckhdq zmm16, zmm0, zmmword ptr [rsp-8192]",
        "62e17d486a442480",
        a -> a.vpunpckhdq(zmm(16), zmm(0), at(RSP, -8192)));
    row(
        "vpunpckhdq zmm15{k1}, zmm27, dword ptr [r12+508]{1to16}",
        "625125516a7c247f",
        a -> a.vpunpckhdq(zmm(15).merge(1), zmm(27), at(R12, 508).all()));
    row(
        "vpunpcklqdq zmm4, zmm13, zmm30",
        "629195486ce6",
        a -> a.vpunpcklqdq(zmm(4), zmm(13), zmm(30)));
    row(
        "vpunpcklqdq zmm25, zmm6, zmm11",
        "6241cd486ccb",
        a -> a.vpunpcklqdq(zmm(25), zmm(6), zmm(11)));
    row(
        "vpunpcklqdq zmm8{k7}{z}, zmm17, zmm7",
        "6271f5c76cc7",
        a -> a.vpunpcklqdq(zmm(8).zero(7), zmm(17), zmm(7)));
    row(
        "vpunpcklqdq zmm1, zmm10, zmmword ptr [r9+8192]",
        "62d1ad486c8900200000",
        a -> a.vpunpcklqdq(zmm(1), zmm(10), at(R9, 8192)));
    row(
        "vpunpcklqdq zmm18{k2}{z}, zmm3, qword ptr [rax+rcx+8]{1to8}",
        "62e1e5da6c540801",
        a -> a.vpunpcklqdq(zmm(18).zero(2), zmm(3), at(RAX, RCX, 1, 8).all()));
    row(
        "vpunpckhqdq zmm14, zmm23, zmm5",
        "6271c5406df5",
        a -> a.vpunpckhqdq(zmm(14), zmm(23), zmm(5)));
    row(
        "vpunpckhqdq zmm7, zmm9, zmm31",
        "6291b5486dff",
        a -> a.vpunpckhqdq(zmm(7), zmm(9), zmm(31)));
    row(
        "vpunpckhqdq zmm16{k5}, zmm0, zmm8",
        "62c1fd4d6dc0",
        a -> a.vpunpckhqdq(zmm(16).merge(5), zmm(0), zmm(8)));
    row(
        "vpunpckhqdq zmm15, zmm27, zmmword ptr [r15+r8*4-128]",
        "6211a5406d7c87fe",
        a -> a.vpunpckhqdq(zmm(15), zmm(27), at(R15, R8, 4, -128)));
    row(
        "vpunpckhqdq zmm4{k3}, zmm13, qword ptr [rbp+r13*8]{1to8}",
        "62b1955b6d64ed00",
        a -> a.vpunpckhqdq(zmm(4).merge(3), zmm(13), at(RBP, R13, 8, 0).all()));
    row(
        "vshufi32x4 zmm25, zmm6, zmm11, 0x4e",
        "62434d4843cb4e",
        a -> a.vshufi32x4(zmm(25), zmm(6), zmm(11), 0x4E));
    row(
        "vshufi32x4 zmm8, zmm17, zmm7, 0xb1",
        "6273754043c7b1",
        a -> a.vshufi32x4(zmm(8), zmm(17), zmm(7), 0xB1));
    row(
        "vshufi32x4 zmm1{k4}{z}, zmm10, zmm19, 0x88",
        "62b32dcc43cb88",
        a -> a.vshufi32x4(zmm(1).zero(4), zmm(10), zmm(19), 0x88));
    row(
        "vshufi32x4 zmm18, zmm3, zmmword ptr [r13+rsi*2+32], 0x4e",
        "62c36548439475200000004e",
        a -> a.vshufi32x4(zmm(18), zmm(3), at(R13, RSI, 2, 32), 0x4E));
    row(
        "vshufi32x4 zmm14{k6}, zmm23, zmmword ptr [rsp+r12*2+64], 0xb1",
        "6233454643746401b1",
        a -> a.vshufi32x4(zmm(14).merge(6), zmm(23), at(RSP, R12, 2, 64), 0xB1));
    row("vpermps zmm7, zmm9, zmm31", "6292354816ff", a -> a.vpermps(zmm(7), zmm(9), zmm(31)));
    row("vpermps zmm16, zmm0, zmm8", "62c27d4816c0", a -> a.vpermps(zmm(16), zmm(0), zmm(8)));
    row(
        "vpermps zmm15{k1}, zmm27, zmm2",
        "6272254116fa",
        a -> a.vpermps(zmm(15).merge(1), zmm(27), zmm(2)));
    row(
        "vpermps zmm4, zmm13, zmmword ptr [r12+rbp*8+262144]",
        "62d2154816a4ec00000400",
        a -> a.vpermps(zmm(4), zmm(13), at(R12, RBP, 8, 262144)));
    row(
        "vpermps zmm25{k7}{z}, zmm6, dword ptr [rbx+r10*8-516]{1to16}",
        "62224ddf168cd3fcfdffff",
        a -> a.vpermps(zmm(25).zero(7), zmm(6), at(RBX, R10, 8, -516).all()));
    row("vpermilps zmm8, zmm17, 0x4e", "62337d4804c14e", a -> a.vpermilps(zmm(8), zmm(17), 0x4E));
    row("vpermilps zmm1, zmm10, 0xb1", "62d37d4804cab1", a -> a.vpermilps(zmm(1), zmm(10), 0xB1));
    row(
        "vpermilps zmm18{k2}{z}, zmm3, 0x55",
        "62e37dca04d355",
        a -> a.vpermilps(zmm(18).zero(2), zmm(3), 0x55));
    row(
        "vpermilps zmm14, zmmword ptr [r8+r15], 0x4e",
        "62137d480434384e",
        a -> a.vpermilps(zmm(14), at(R8, R15, 1, 0), 0x4E));
    row(
        "vpermilps zmm7{k5}, zmmword ptr [r10-64], 0xb1",
        "62d37d4d047affb1",
        a -> a.vpermilps(zmm(7).merge(5), at(R10, -64), 0xB1));
  }

  private static void floats() {
    row("vaddps zmm16, zmm0, zmm8", "62c17c4858c0", a -> a.vaddps(zmm(16), zmm(0), zmm(8)));
    row("vaddps zmm15, zmm27, zmm2", "6271244058fa", a -> a.vaddps(zmm(15), zmm(27), zmm(2)));
    row(
        "vaddps zmm4{k3}, zmm13, zmm30",
        "6291144b58e6",
        a -> a.vaddps(zmm(4).merge(3), zmm(13), zmm(30)));
    row(
        "vaddps zmm25, zmm6, zmmword ptr [r14]",
        "62414c48580e",
        a -> a.vaddps(zmm(25), zmm(6), at(R14, 0)));
    row(
        "vaddps zmm8{k4}{z}, zmm17, dword ptr [rdx+rbx*4+8]{1to16}",
        "627174d458449a02",
        a -> a.vaddps(zmm(8).zero(4), zmm(17), at(RDX, RBX, 4, 8).all()));
    row("vmulps zmm1, zmm10, zmm19", "62b12c4859cb", a -> a.vmulps(zmm(1), zmm(10), zmm(19)));
    row("vmulps zmm18, zmm3, zmm12", "62c1644859d4", a -> a.vmulps(zmm(18), zmm(3), zmm(12)));
    row(
        "vmulps zmm14{k6}, zmm23, zmm5",
        "6271444659f5",
        a -> a.vmulps(zmm(14).merge(6), zmm(23), zmm(5)));
    row(
        "vmulps zmm7, zmm9, zmmword ptr [r11+r14*2-64]",
        "62913448597c73ff",
        a -> a.vmulps(zmm(7), zmm(9), at(R11, R14, 2, -64)));
    row(
        "vmulps zmm16{k1}, zmm0, dword ptr [rsi+20]{1to16}",
        "62e17c59594605",
        a -> a.vmulps(zmm(16).merge(1), zmm(0), at(RSI, 20).all()));
    row("vsubps zmm15, zmm27, zmm2", "627124405cfa", a -> a.vsubps(zmm(15), zmm(27), zmm(2)));
    row("vsubps zmm4, zmm13, zmm30", "629114485ce6", a -> a.vsubps(zmm(4), zmm(13), zmm(30)));
    row(
        "vsubps zmm25{k7}{z}, zmm6, zmm11",
        "62414ccf5ccb",
        a -> a.vsubps(zmm(25).zero(7), zmm(6), zmm(11)));
    row(
        "vsubps zmm8, zmm17, zmmword ptr [rcx+rdi*8+4096]",
        "627174405c44f940",
        a -> a.vsubps(zmm(8), zmm(17), at(RCX, RDI, 8, 4096)));
    row(
        "vsubps zmm1{k2}{z}, zmm10, dword ptr [rdi]{1to16}",
        "62f12cda5c0f",
        a -> a.vsubps(zmm(1).zero(2), zmm(10), at(RDI, 0).all()));
    row("vdivps zmm18, zmm3, zmm12", "62c164485ed4", a -> a.vdivps(zmm(18), zmm(3), zmm(12)));
    row("vdivps zmm14, zmm23, zmm5", "627144405ef5", a -> a.vdivps(zmm(14), zmm(23), zmm(5)));
    row(
        "vdivps zmm7{k5}, zmm9, zmm31",
        "6291344d5eff",
        a -> a.vdivps(zmm(7).merge(5), zmm(9), zmm(31)));
    row(
        "vdivps zmm16, zmm0, zmmword ptr [rbp]",
        "62e17c485e4500",
        a -> a.vdivps(zmm(16), zmm(0), at(RBP, 0)));
    row(
        "vdivps zmm15{k3}, zmm27, dword ptr [r13+12]{1to16}",
        "625124535e7d03",
        a -> a.vdivps(zmm(15).merge(3), zmm(27), at(R13, 12).all()));
    row("vsqrtps zmm4, zmm13", "62d17c4851e5", a -> a.vsqrtps(zmm(4), zmm(13)));
    row("vsqrtps zmm25, zmm6", "62617c4851ce", a -> a.vsqrtps(zmm(25), zmm(6)));
    row("vsqrtps zmm8{k4}{z}, zmm17", "62317ccc51c1", a -> a.vsqrtps(zmm(8).zero(4), zmm(17)));
    row(
        "vsqrtps zmm1, zmmword ptr [rsp-8192]",
        "62f17c48514c2480",
        a -> a.vsqrtps(zmm(1), at(RSP, -8192)));
    row(
        "vsqrtps zmm18{k6}, dword ptr [r12+508]{1to16}",
        "62c17c5e5154247f",
        a -> a.vsqrtps(zmm(18).merge(6), at(R12, 508).all()));
    row("vmaxps zmm14, zmm23, zmm5", "627144405ff5", a -> a.vmaxps(zmm(14), zmm(23), zmm(5)));
    row("vmaxps zmm7, zmm9, zmm31", "629134485fff", a -> a.vmaxps(zmm(7), zmm(9), zmm(31)));
    row(
        "vmaxps zmm16{k1}, zmm0, zmm8",
        "62c17c495fc0",
        a -> a.vmaxps(zmm(16).merge(1), zmm(0), zmm(8)));
    row(
        "vmaxps zmm15, zmm27, zmmword ptr [r9+8192]",
        "625124405fb900200000",
        a -> a.vmaxps(zmm(15), zmm(27), at(R9, 8192)));
    row(
        "vmaxps zmm4{k7}{z}, zmm13, dword ptr [rax+rcx+4]{1to16}",
        "62f114df5f640801",
        a -> a.vmaxps(zmm(4).zero(7), zmm(13), at(RAX, RCX, 1, 4).all()));
    row(
        "vmaxps zmm25, zmm6, zmmword ptr [r15+r8*4-128]",
        "62014c485f4c87fe",
        a -> a.vmaxps(zmm(25), zmm(6), at(R15, R8, 4, -128)));
    row("vcmpltps k1, zmm0, zmm17", "62b17c48c2c901", a -> a.vcmpltps(1, zmm(0), zmm(17)));
    row(
        "vcmpltps k7, zmm30, dword ptr [r11+48]{1to16}",
        "62d10c50c27b0c01",
        a -> a.vcmpltps(7, zmm(30), at(R11, 48).all()));
    row(
        "vfmadd231ps zmm8, zmm17, zmm7",
        "62727540b8c7",
        a -> a.vfmadd231ps(zmm(8), zmm(17), zmm(7)));
    row(
        "vfmadd231ps zmm1, zmm10, zmm19",
        "62b22d48b8cb",
        a -> a.vfmadd231ps(zmm(1), zmm(10), zmm(19)));
    row(
        "vfmadd231ps zmm18{k2}{z}, zmm3, zmm12",
        "62c265cab8d4",
        a -> a.vfmadd231ps(zmm(18).zero(2), zmm(3), zmm(12)));
    row(
        "vfmadd231ps zmm14, zmm23, zmmword ptr [rbp+r13*8]",
        "62324540b874ed00",
        a -> a.vfmadd231ps(zmm(14), zmm(23), at(RBP, R13, 8, 0)));
    row(
        "vfmadd231ps zmm7{k5}, zmm9, dword ptr [r13+rsi*2+2]{1to16}",
        "62d2355db8bc7502000000",
        a -> a.vfmadd231ps(zmm(7).merge(5), zmm(9), at(R13, RSI, 2, 2).all()));
    row(
        "vfmadd231ps zmm16, zmm0, zmmword ptr [rsp+r12*2+64]",
        "62a27d48b8446401",
        a -> a.vfmadd231ps(zmm(16), zmm(0), at(RSP, R12, 2, 64)));
    row(
        "vfnmadd231ps zmm15, zmm27, zmm2",
        "62722540bcfa",
        a -> a.vfnmadd231ps(zmm(15), zmm(27), zmm(2)));
    row(
        "vfnmadd231ps zmm4, zmm13, zmm30",
        "62921548bce6",
        a -> a.vfnmadd231ps(zmm(4), zmm(13), zmm(30)));
    row(
        "vfnmadd231ps zmm25{k3}, zmm6, zmm11",
        "62424d4bbccb",
        a -> a.vfnmadd231ps(zmm(25).merge(3), zmm(6), zmm(11)));
    row(
        "vfnmadd231ps zmm8, zmm17, zmmword ptr [r12+rbp*8+262144]",
        "62527540bc84ec00000400",
        a -> a.vfnmadd231ps(zmm(8), zmm(17), at(R12, RBP, 8, 262144)));
    row(
        "vfnmadd231ps zmm1{k4}{z}, zmm10, dword ptr [rbx+r10*8-516]{1to16}",
        "62b22ddcbc8cd3fcfdffff",
        a -> a.vfnmadd231ps(zmm(1).zero(4), zmm(10), at(RBX, R10, 8, -516).all()));
    row(
        "vfnmadd231ps zmm18, zmm3, zmmword ptr [r8+r15]",
        "62826548bc1438",
        a -> a.vfnmadd231ps(zmm(18), zmm(3), at(R8, R15, 1, 0)));
    row(
        "vfmadd213ps zmm14, zmm23, zmm5",
        "62724540a8f5",
        a -> a.vfmadd213ps(zmm(14), zmm(23), zmm(5)));
    row(
        "vfmadd213ps zmm7, zmm9, zmm31",
        "62923548a8ff",
        a -> a.vfmadd213ps(zmm(7), zmm(9), zmm(31)));
    row(
        "vfmadd213ps zmm16{k6}, zmm0, zmm8",
        "62c27d4ea8c0",
        a -> a.vfmadd213ps(zmm(16).merge(6), zmm(0), zmm(8)));
    row(
        "vfmadd213ps zmm15, zmm27, zmmword ptr [r10-64]",
        "62522540a87aff",
        a -> a.vfmadd213ps(zmm(15), zmm(27), at(R10, -64)));
    row(
        "vfmadd213ps zmm4{k1}, zmm13, dword ptr [r14]{1to16}",
        "62d21559a826",
        a -> a.vfmadd213ps(zmm(4).merge(1), zmm(13), at(R14, 0).all()));
    row(
        "vfmadd213ps zmm25, zmm6, zmmword ptr [rdx+rbx*4+128]",
        "62624d48a84c9a02",
        a -> a.vfmadd213ps(zmm(25), zmm(6), at(RDX, RBX, 4, 128)));
    row("vrndscaleps zmm8, zmm17, 0", "62337d4808c100", a -> a.vrndscaleps(zmm(8), zmm(17)));
    row("vrndscaleps zmm1, zmm10, 0", "62d37d4808ca00", a -> a.vrndscaleps(zmm(1), zmm(10)));
    row(
        "vrndscaleps zmm18{k7}{z}, zmm3, 0",
        "62e37dcf08d300",
        a -> a.vrndscaleps(zmm(18).zero(7), zmm(3)));
    row(
        "vrndscaleps zmm14, zmmword ptr [r11+r14*2-64], 0",
        "62137d48087473ff00",
        a -> a.vrndscaleps(zmm(14), at(R11, R14, 2, -64)));
    row(
        "vrndscaleps zmm7{k2}{z}, zmmword ptr [rsi+320], 0",
        "62f37dca087e0500",
        a -> a.vrndscaleps(zmm(7).zero(2), at(RSI, 320)));
    row("vscalefps zmm16, zmm0, zmm8", "62c27d482cc0", a -> a.vscalefps(zmm(16), zmm(0), zmm(8)));
    row("vscalefps zmm15, zmm27, zmm2", "627225402cfa", a -> a.vscalefps(zmm(15), zmm(27), zmm(2)));
    row(
        "vscalefps zmm4{k5}, zmm13, zmm30",
        "6292154d2ce6",
        a -> a.vscalefps(zmm(4).merge(5), zmm(13), zmm(30)));
    row(
        "vscalefps zmm25, zmm6, zmmword ptr [rcx+rdi*8+4096]",
        "62624d482c4cf940",
        a -> a.vscalefps(zmm(25), zmm(6), at(RCX, RDI, 8, 4096)));
    row(
        "vscalefps zmm8{k3}, zmm17, dword ptr [rdi]{1to16}",
        "627275532c07",
        a -> a.vscalefps(zmm(8).merge(3), zmm(17), at(RDI, 0).all()));
    row("vcvtdq2ps zmm1, zmm10", "62d17c485bca", a -> a.vcvtdq2ps(zmm(1), zmm(10)));
    row("vcvtdq2ps zmm18, zmm3", "62e17c485bd3", a -> a.vcvtdq2ps(zmm(18), zmm(3)));
    row(
        "vcvtdq2ps zmm14{k4}{z}, zmm23",
        "62317ccc5bf7",
        a -> a.vcvtdq2ps(zmm(14).zero(4), zmm(23)));
    row(
        "vcvtdq2ps zmm7, zmmword ptr [rbp]",
        "62f17c485b7d00",
        a -> a.vcvtdq2ps(zmm(7), at(RBP, 0)));
    row(
        "vcvtdq2ps zmm16{k6}, dword ptr [r13+12]{1to16}",
        "62c17c5e5b4503",
        a -> a.vcvtdq2ps(zmm(16).merge(6), at(R13, 12).all()));
    row("vcvtps2dq zmm15, zmm27", "62117d485bfb", a -> a.vcvtps2dq(zmm(15), zmm(27)));
    row("vcvtps2dq zmm4, zmm13", "62d17d485be5", a -> a.vcvtps2dq(zmm(4), zmm(13)));
    row("vcvtps2dq zmm25{k1}, zmm6", "62617d495bce", a -> a.vcvtps2dq(zmm(25).merge(1), zmm(6)));
    row(
        "vcvtps2dq zmm8, zmmword ptr [rsp-8192]",
        "62717d485b442480",
        a -> a.vcvtps2dq(zmm(8), at(RSP, -8192)));
    row(
        "vcvtps2dq zmm1{k7}{z}, dword ptr [r12+508]{1to16}",
        "62d17ddf5b4c247f",
        a -> a.vcvtps2dq(zmm(1).zero(7), at(R12, 508).all()));
    row("{evex} vcvtph2ps xmm18, xmm3", "62e27d0813d3", a -> a.vcvtph2psX(zmm(18), zmm(3)));
    row("{evex} vcvtph2ps xmm14, xmm23", "62327d0813f7", a -> a.vcvtph2psX(zmm(14), zmm(23)));
    row(
        "{evex} vcvtph2ps xmm7{k2}{z}, xmm9",
        "62d27d8a13f9",
        a -> a.vcvtph2psX(zmm(7).zero(2), zmm(9)));
    row(
        "{evex} vcvtph2ps xmm16, qword ptr [r9+1024]",
        "62c27d08138100040000",
        a -> a.vcvtph2psX(zmm(16), at(R9, 1024)));
    row(
        "{evex} vcvtph2ps xmm15{k5}, qword ptr [rax+rcx+8]",
        "62727d0d137c0801",
        a -> a.vcvtph2psX(zmm(15).merge(5), at(RAX, RCX, 1, 8)));
    row("vcvtph2ps zmm4, ymm13", "62d27d4813e5", a -> a.vcvtph2ps(zmm(4), zmm(13)));
    row("vcvtph2ps zmm25, ymm6", "62627d4813ce", a -> a.vcvtph2ps(zmm(25), zmm(6)));
    row("vcvtph2ps zmm8{k3}, ymm17", "62327d4b13c1", a -> a.vcvtph2ps(zmm(8).merge(3), zmm(17)));
    row(
        "vcvtph2ps zmm1, ymmword ptr [r15+r8*4-64]",
        "62927d48134c87fe",
        a -> a.vcvtph2ps(zmm(1), at(R15, R8, 4, -64)));
    row(
        "vcvtph2ps zmm18{k4}{z}, ymmword ptr [rbp+r13*8]",
        "62a27dcc1354ed00",
        a -> a.vcvtph2ps(zmm(18).zero(4), at(RBP, R13, 8, 0)));
    row(
        "vcvtps2ph ymmword ptr [r13+rsi*2+16], zmm14, 0",
        "62537d481db4751000000000",
        a -> a.vcvtps2ph(at(R13, RSI, 2, 16), zmm(14)));
    row(
        "vcvtps2ph ymmword ptr [rsp+r12*2+32]{k6}, zmm9, 0",
        "62337d4e1d4c640100",
        a -> a.vcvtps2ph(at(RSP, R12, 2, 32), zmm(9).merge(6)));
    row(
        "vcvtps2ph ymmword ptr [r12+rbp*8+131072], zmm8, 0",
        "62537d481d84ec0000020000",
        a -> a.vcvtps2ph(at(R12, RBP, 8, 131072), zmm(8)));
  }

  private static void avx2Moves() {
    row("vmovq rax, xmm5", "c4e1f97ee8", a -> a.vmovq(RAX, ymm(5)));
    row("vmovq r12, xmm13", "c441f97eec", a -> a.vmovq(R12, ymm(13)));
    row(
        "vmovq xmm4, qword ptr [rbp+rax*8]",
        "c5fa7e64c500",
        a -> a.vmovq(ymm(4), at(RBP, RAX, 8, 0)));
    row(
        "vmovq xmm12, qword ptr [r13+r9*4+127]",
        "c4017a7e648d7f",
        a -> a.vmovq(ymm(12), at(R13, R9, 4, 127)));
    row(
        "vmovd xmm4, dword ptr [rbp+rax*4]",
        "c5f96e648500",
        a -> a.vmovd(ymm(4), at(RBP, RAX, 4, 0)));
    row("vmovd xmm13, dword ptr [r10+36]", "c441796e6a24", a -> a.vmovd(ymm(13), at(R10, 36)));
    row(
        "vmovhps xmm4, xmm4, qword ptr [rbp+rax*8]",
        "c5d81664c500",
        a -> a.vmovhps(ymm(4), ymm(4), at(RBP, RAX, 8, 0)));
    row(
        "vmovhps xmm11, xmm9, qword ptr [r10+r12+128]",
        "c40130169c2280000000",
        a -> a.vmovhps(ymm(11), ymm(9), at(R10, R12, 1, 128)));
    row(
        "vmovhps xmm1, xmm2, qword ptr [rdi]",
        "c5e8160f",
        a -> a.vmovhps(ymm(1), ymm(2), at(RDI, 0)));
    row(
        "vpinsrd xmm4, xmm4, dword ptr [rbp+rax*4], 1",
        "c4e3592264850001",
        a -> a.vpinsrd(ymm(4), ymm(4), at(RBP, RAX, 4, 0), 1));
    row(
        "vpinsrd xmm15, xmm9, dword ptr [r11+200], 3",
        "c4433122bbc800000003",
        a -> a.vpinsrd(ymm(15), ymm(9), at(R11, 200), 3));
    row(
        "vinserti128 ymm4, ymm4, xmm5, 1",
        "c4e35d38e501",
        a -> a.vinserti128(ymm(4), ymm(4), ymm(5), 1));
    row(
        "vinserti128 ymm15, ymm9, xmm10, 0",
        "c4433538fa00",
        a -> a.vinserti128(ymm(15), ymm(9), ymm(10), 0));
    row(
        "vinserti128 ymm3, ymm2, xmmword ptr [r9+64], 1",
        "c4c36d38594001",
        a -> a.vinserti128(ymm(3), ymm(2), at(R9, 64), 1));
    row("{load} vmovups ymm1, ymm10", "c4c17c10ca", a -> a.vmovups(ymm(1), ymm(10)));
    row("{load} vmovups ymm9, ymm2", "c57c10ca", a -> a.vmovups(ymm(9), ymm(2)));
    row("{load} vmovups ymm15, ymm15", "c4417c10ff", a -> a.vmovups(ymm(15), ymm(15)));
    row("{load} vmovups ymm0, ymmword ptr [rbp]", "c5fc104500", a -> a.vmovups(ymm(0), at(RBP, 0)));
    row(
        "{load} vmovups ymm12, ymmword ptr [r13+192]",
        "c4417c10a5c0000000",
        a -> a.vmovups(ymm(12), at(R13, 192)));
    row(
        "{load} vmovups ymm3, ymmword ptr [rsp-8192]",
        "c5fc109c2400e0ffff",
        a -> a.vmovups(ymm(3), at(RSP, -8192)));
    row(
        "vmovups ymmword ptr [r12+127], ymm1",
        "c4c17c114c247f",
        a -> a.vmovups(at(R12, 127), ymm(1)));
    row(
        "vmovups ymmword ptr [r9+128], ymm9",
        "c4417c118980000000",
        a -> a.vmovups(at(R9, 128), ymm(9)));
    row(
        "vmovups ymmword ptr [rax+rcx+64], ymm15",
        "c57c117c0840",
        a -> a.vmovups(at(RAX, RCX, 1, 64), ymm(15)));
    row(
        "vmovups ymmword ptr [r15+r8*4-128], ymm0",
        "c4817c11448780",
        a -> a.vmovups(at(R15, R8, 4, -128), ymm(0)));
    row(
        "vmaskmovps ymmword ptr [rbp+r13*8], ymm10, ymm1",
        "c4a22d2e4ced00",
        a -> a.vmaskmovps(at(RBP, R13, 8, 0), ymm(10), ymm(1)));
    row(
        "vmaskmovps ymmword ptr [r13+rsi*2+300], ymm2, ymm9",
        "c4426d2e8c752c010000",
        a -> a.vmaskmovps(at(R13, RSI, 2, 300), ymm(2), ymm(9)));
    row(
        "vmaskmovps ymmword ptr [rsp+r12*2+1], ymm15, ymm15",
        "c422052e7c6401",
        a -> a.vmaskmovps(at(RSP, R12, 2, 1), ymm(15), ymm(15)));
    row("vmovq xmm0, rax", "c4e1f96ec0", a -> a.vmovq(ymm(0), RAX));
    row("vmovq xmm9, rbp", "c461f96ecd", a -> a.vmovq(ymm(9), RBP));
    row("vmovq xmm6, r12", "c4c1f96ef4", a -> a.vmovq(ymm(6), R12));
    row("vmovq xmm15, r9", "c441f96ef9", a -> a.vmovq(ymm(15), R9));
    row("vpinsrq xmm0, xmm3, rax, 1", "c4e3e122c001", a -> a.vpinsrqHigh(ymm(0), ymm(3), RAX));
    row("vpinsrq xmm9, xmm12, rbp, 1", "c4639922cd01", a -> a.vpinsrqHigh(ymm(9), ymm(12), RBP));
    row("vpinsrq xmm6, xmm1, r12, 1", "c4c3f122f401", a -> a.vpinsrqHigh(ymm(6), ymm(1), R12));
    row("vpinsrq xmm15, xmm15, r9, 1", "c4438122f901", a -> a.vpinsrqHigh(ymm(15), ymm(15), R9));
    row("vmovss dword ptr [rdx+32], xmm1", "c5fa114a20", a -> a.vmovss(at(RDX, 32), ymm(1)));
    row("vmovss dword ptr [rdi], xmm9", "c57a110f", a -> a.vmovss(at(RDI, 0), ymm(9)));
    row("vmovss dword ptr [rbp], xmm15", "c57a117d00", a -> a.vmovss(at(RBP, 0), ymm(15)));
    row(
        "vmovss dword ptr [r13+192], xmm0",
        "c4c17a1185c0000000",
        a -> a.vmovss(at(R13, 192), ymm(0)));
    row("vbroadcastss ymm1, xmm10", "c4c27d18ca", a -> a.vbroadcastss(ymm(1), ymm(10)));
    row("vbroadcastss ymm9, xmm2", "c4627d18ca", a -> a.vbroadcastss(ymm(9), ymm(2)));
    row("vbroadcastss ymm15, xmm15", "c4427d18ff", a -> a.vbroadcastss(ymm(15), ymm(15)));
    row(
        "vbroadcastss ymm0, dword ptr [rsp-8192]",
        "c4e27d18842400e0ffff",
        a -> a.vbroadcastss(ymm(0), at(RSP, -8192)));
    row(
        "vbroadcastss ymm12, dword ptr [r12+127]",
        "c4427d1864247f",
        a -> a.vbroadcastss(ymm(12), at(R12, 127)));
    row(
        "vbroadcastss ymm3, dword ptr [r9+128]",
        "c4c27d189980000000",
        a -> a.vbroadcastss(ymm(3), at(R9, 128)));
    row(
        "vbroadcastsd ymm15, qword ptr [rax+rcx+64]",
        "c4627d197c0840",
        a -> a.vbroadcastsd(ymm(15), at(RAX, RCX, 1, 64)));
    row(
        "vbroadcastsd ymm0, qword ptr [r15+r8*4-128]",
        "c4827d19448780",
        a -> a.vbroadcastsd(ymm(0), at(R15, R8, 4, -128)));
    row(
        "vbroadcastsd ymm12, qword ptr [rbp+r13*8]",
        "c4227d1964ed00",
        a -> a.vbroadcastsd(ymm(12), at(RBP, R13, 8, 0)));
    row(
        "vbroadcastsd ymm3, qword ptr [r13+rsi*2+300]",
        "c4c27d199c752c010000",
        a -> a.vbroadcastsd(ymm(3), at(R13, RSI, 2, 300)));
    row(
        "vpbroadcastd ymm15, dword ptr [rsp+r12*2+1]",
        "c4227d587c6401",
        a -> a.vpbroadcastd(ymm(15), at(RSP, R12, 2, 1)));
    row(
        "vpbroadcastd ymm0, dword ptr [rdx+32]",
        "c4e27d584220",
        a -> a.vpbroadcastd(ymm(0), at(RDX, 32)));
    row(
        "vpbroadcastd ymm12, dword ptr [rdi]",
        "c4627d5827",
        a -> a.vpbroadcastd(ymm(12), at(RDI, 0)));
    row(
        "vpbroadcastd ymm3, dword ptr [rbp]",
        "c4e27d585d00",
        a -> a.vpbroadcastd(ymm(3), at(RBP, 0)));
    row(
        "vpbroadcastw xmm15, word ptr [r13+192]",
        "c4427979bdc0000000",
        a -> a.vpbroadcastwX(ymm(15), at(R13, 192)));
    row(
        "vpbroadcastw xmm0, word ptr [rsp-8192]",
        "c4e27979842400e0ffff",
        a -> a.vpbroadcastwX(ymm(0), at(RSP, -8192)));
    row(
        "vpbroadcastw xmm12, word ptr [r12+127]",
        "c442797964247f",
        a -> a.vpbroadcastwX(ymm(12), at(R12, 127)));
    row(
        "vpbroadcastw xmm3, word ptr [r9+128]",
        "c4c279799980000000",
        a -> a.vpbroadcastwX(ymm(3), at(R9, 128)));
    row(
        "vbroadcasti128 ymm15, xmmword ptr [rax+rcx+64]",
        "c4627d5a7c0840",
        a -> a.vbroadcasti128(ymm(15), at(RAX, RCX, 1, 64)));
    row(
        "vbroadcasti128 ymm0, xmmword ptr [r15+r8*4-128]",
        "c4827d5a448780",
        a -> a.vbroadcasti128(ymm(0), at(R15, R8, 4, -128)));
    row(
        "vbroadcasti128 ymm12, xmmword ptr [rbp+r13*8]",
        "c4227d5a64ed00",
        a -> a.vbroadcasti128(ymm(12), at(RBP, R13, 8, 0)));
    row(
        "vbroadcasti128 ymm3, xmmword ptr [r13+rsi*2+300]",
        "c4c27d5a9c752c010000",
        a -> a.vbroadcasti128(ymm(3), at(R13, RSI, 2, 300)));
    row("vextracti128 xmm1, ymm10, 0", "c4637d39d100", a -> a.vextracti128(ymm(1), ymm(10), 0));
    row("vextracti128 xmm9, ymm2, 1", "c4c37d39d101", a -> a.vextracti128(ymm(9), ymm(2), 1));
    row("vextracti128 xmm15, ymm15, 1", "c4437d39ff01", a -> a.vextracti128(ymm(15), ymm(15), 1));
    row("vextracti128 xmm0, ymm7, 0", "c4e37d39f800", a -> a.vextracti128(ymm(0), ymm(7), 0));
  }

  private static void avx2BitsAndIntegers() {
    row("vpaddb ymm4, ymm4, ymm5", "c5ddfce5", a -> a.vpaddb(ymm(4), ymm(4), ymm(5)));
    row("vpaddb ymm9, ymm10, ymm15", "c4412dfccf", a -> a.vpaddb(ymm(9), ymm(10), ymm(15)));
    row(
        "vpaddb ymm1, ymm12, ymmword ptr [r8+64]",
        "c4c11dfc4840",
        a -> a.vpaddb(ymm(1), ymm(12), at(R8, 64)));
    row("vpand ymm1, ymm10, ymm3", "c5addbcb", a -> a.vpand(ymm(1), ymm(10), ymm(3)));
    row("vpand ymm9, ymm2, ymm14", "c4416ddbce", a -> a.vpand(ymm(9), ymm(2), ymm(14)));
    row("vpand ymm15, ymm15, ymm15", "c44105dbff", a -> a.vpand(ymm(15), ymm(15), ymm(15)));
    row("vpand ymm0, ymm7, ymm8", "c4c145dbc0", a -> a.vpand(ymm(0), ymm(7), ymm(8)));
    row(
        "vpand ymm1, ymm10, ymmword ptr [rsp+r12*2+1]",
        "c4a12ddb4c6401",
        a -> a.vpand(ymm(1), ymm(10), at(RSP, R12, 2, 1)));
    row(
        "vpand ymm9, ymm2, ymmword ptr [rdx+32]",
        "c56ddb4a20",
        a -> a.vpand(ymm(9), ymm(2), at(RDX, 32)));
    row(
        "vpand ymm15, ymm15, ymmword ptr [rdi]",
        "c505db3f",
        a -> a.vpand(ymm(15), ymm(15), at(RDI, 0)));
    row("vpor ymm1, ymm10, ymm3", "c5adebcb", a -> a.vpor(ymm(1), ymm(10), ymm(3)));
    row("vpor ymm9, ymm2, ymm14", "c4416debce", a -> a.vpor(ymm(9), ymm(2), ymm(14)));
    row("vpor ymm15, ymm15, ymm15", "c44105ebff", a -> a.vpor(ymm(15), ymm(15), ymm(15)));
    row("vpor ymm0, ymm7, ymm8", "c4c145ebc0", a -> a.vpor(ymm(0), ymm(7), ymm(8)));
    row(
        "vpor ymm1, ymm10, ymmword ptr [rbp]",
        "c5adeb4d00",
        a -> a.vpor(ymm(1), ymm(10), at(RBP, 0)));
    row(
        "vpor ymm9, ymm2, ymmword ptr [r13+192]",
        "c4416deb8dc0000000",
        a -> a.vpor(ymm(9), ymm(2), at(R13, 192)));
    row(
        "vpor ymm15, ymm15, ymmword ptr [rsp-8192]",
        "c505ebbc2400e0ffff",
        a -> a.vpor(ymm(15), ymm(15), at(RSP, -8192)));
    row("vpxor ymm1, ymm10, ymm3", "c5adefcb", a -> a.vpxor(ymm(1), ymm(10), ymm(3)));
    row("vpxor ymm9, ymm2, ymm14", "c4416defce", a -> a.vpxor(ymm(9), ymm(2), ymm(14)));
    row("vpxor ymm15, ymm15, ymm15", "c44105efff", a -> a.vpxor(ymm(15), ymm(15), ymm(15)));
    row("vpxor ymm0, ymm7, ymm8", "c4c145efc0", a -> a.vpxor(ymm(0), ymm(7), ymm(8)));
    row(
        "vpxor ymm1, ymm10, ymmword ptr [r12+127]",
        "c4c12def4c247f",
        a -> a.vpxor(ymm(1), ymm(10), at(R12, 127)));
    row(
        "vpxor ymm9, ymm2, ymmword ptr [r9+128]",
        "c4416def8980000000",
        a -> a.vpxor(ymm(9), ymm(2), at(R9, 128)));
    row(
        "vpxor ymm15, ymm15, ymmword ptr [rax+rcx+64]",
        "c505ef7c0840",
        a -> a.vpxor(ymm(15), ymm(15), at(RAX, RCX, 1, 64)));
    row("vpsrlw ymm1, ymm10, 4", "c4c17571d204", a -> a.vpsrlw(ymm(1), ymm(10), 4));
    row("vpsrlw ymm9, ymm2, 8", "c5b571d208", a -> a.vpsrlw(ymm(9), ymm(2), 8));
    row("vpsrlw ymm15, ymm15, 1", "c4c10571d701", a -> a.vpsrlw(ymm(15), ymm(15), 1));
    row("vpsrlw ymm0, ymm7, 15", "c5fd71d70f", a -> a.vpsrlw(ymm(0), ymm(7), 15));
    row("vpsllw ymm1, ymm10, 4", "c4c17571f204", a -> a.vpsllw(ymm(1), ymm(10), 4));
    row("vpsllw ymm9, ymm2, 8", "c5b571f208", a -> a.vpsllw(ymm(9), ymm(2), 8));
    row("vpsllw ymm15, ymm15, 1", "c4c10571f701", a -> a.vpsllw(ymm(15), ymm(15), 1));
    row("vpsllw ymm0, ymm7, 15", "c5fd71f70f", a -> a.vpsllw(ymm(0), ymm(7), 15));
    row("vpsraw ymm1, ymm10, 4", "c4c17571e204", a -> a.vpsraw(ymm(1), ymm(10), 4));
    row("vpsraw ymm9, ymm2, 8", "c5b571e208", a -> a.vpsraw(ymm(9), ymm(2), 8));
    row("vpsraw ymm15, ymm15, 1", "c4c10571e701", a -> a.vpsraw(ymm(15), ymm(15), 1));
    row("vpsraw ymm0, ymm7, 15", "c5fd71e70f", a -> a.vpsraw(ymm(0), ymm(7), 15));
    row("vpsrld ymm1, ymm10, 4", "c4c17572d204", a -> a.vpsrld(ymm(1), ymm(10), 4));
    row("vpsrld ymm9, ymm2, 8", "c5b572d208", a -> a.vpsrld(ymm(9), ymm(2), 8));
    row("vpsrld ymm15, ymm15, 1", "c4c10572d701", a -> a.vpsrld(ymm(15), ymm(15), 1));
    row("vpsrld ymm0, ymm7, 31", "c5fd72d71f", a -> a.vpsrld(ymm(0), ymm(7), 31));
    row("vpslld ymm1, ymm10, 4", "c4c17572f204", a -> a.vpslld(ymm(1), ymm(10), 4));
    row("vpslld ymm9, ymm2, 8", "c5b572f208", a -> a.vpslld(ymm(9), ymm(2), 8));
    row("vpslld ymm15, ymm15, 1", "c4c10572f701", a -> a.vpslld(ymm(15), ymm(15), 1));
    row("vpslld ymm0, ymm7, 31", "c5fd72f71f", a -> a.vpslld(ymm(0), ymm(7), 31));
    row("vpsrlvd ymm1, ymm10, ymm3", "c4e22d45cb", a -> a.vpsrlvd(ymm(1), ymm(10), ymm(3)));
    row("vpsrlvd ymm9, ymm2, ymm14", "c4426d45ce", a -> a.vpsrlvd(ymm(9), ymm(2), ymm(14)));
    row("vpsrlvd ymm15, ymm15, ymm15", "c4420545ff", a -> a.vpsrlvd(ymm(15), ymm(15), ymm(15)));
    row("vpsrlvd ymm0, ymm7, ymm8", "c4c24545c0", a -> a.vpsrlvd(ymm(0), ymm(7), ymm(8)));
    row(
        "vpsrlvd ymm1, ymm10, ymmword ptr [r15+r8*4-128]",
        "c4822d454c8780",
        a -> a.vpsrlvd(ymm(1), ymm(10), at(R15, R8, 4, -128)));
    row(
        "vpsrlvd ymm9, ymm2, ymmword ptr [rbp+r13*8]",
        "c4226d454ced00",
        a -> a.vpsrlvd(ymm(9), ymm(2), at(RBP, R13, 8, 0)));
    row(
        "vpsrlvd ymm15, ymm15, ymmword ptr [r13+rsi*2+300]",
        "c4420545bc752c010000",
        a -> a.vpsrlvd(ymm(15), ymm(15), at(R13, RSI, 2, 300)));
    row("vpaddw ymm1, ymm10, ymm3", "c5adfdcb", a -> a.vpaddw(ymm(1), ymm(10), ymm(3)));
    row("vpaddw ymm9, ymm2, ymm14", "c4416dfdce", a -> a.vpaddw(ymm(9), ymm(2), ymm(14)));
    row("vpaddw ymm15, ymm15, ymm15", "c44105fdff", a -> a.vpaddw(ymm(15), ymm(15), ymm(15)));
    row("vpaddw ymm0, ymm7, ymm8", "c4c145fdc0", a -> a.vpaddw(ymm(0), ymm(7), ymm(8)));
    row(
        "vpaddw ymm1, ymm10, ymmword ptr [rsp+r12*2+1]",
        "c4a12dfd4c6401",
        a -> a.vpaddw(ymm(1), ymm(10), at(RSP, R12, 2, 1)));
    row(
        "vpaddw ymm9, ymm2, ymmword ptr [rdx+32]",
        "c56dfd4a20",
        a -> a.vpaddw(ymm(9), ymm(2), at(RDX, 32)));
    row(
        "vpaddw ymm15, ymm15, ymmword ptr [rdi]",
        "c505fd3f",
        a -> a.vpaddw(ymm(15), ymm(15), at(RDI, 0)));
    row("vpsubw ymm1, ymm10, ymm3", "c5adf9cb", a -> a.vpsubw(ymm(1), ymm(10), ymm(3)));
    row("vpsubw ymm9, ymm2, ymm14", "c4416df9ce", a -> a.vpsubw(ymm(9), ymm(2), ymm(14)));
    row("vpsubw ymm15, ymm15, ymm15", "c44105f9ff", a -> a.vpsubw(ymm(15), ymm(15), ymm(15)));
    row("vpsubw ymm0, ymm7, ymm8", "c4c145f9c0", a -> a.vpsubw(ymm(0), ymm(7), ymm(8)));
    row(
        "vpsubw ymm1, ymm10, ymmword ptr [rbp]",
        "c5adf94d00",
        a -> a.vpsubw(ymm(1), ymm(10), at(RBP, 0)));
    row(
        "vpsubw ymm9, ymm2, ymmword ptr [r13+192]",
        "c4416df98dc0000000",
        a -> a.vpsubw(ymm(9), ymm(2), at(R13, 192)));
    row(
        "vpsubw ymm15, ymm15, ymmword ptr [rsp-8192]",
        "c505f9bc2400e0ffff",
        a -> a.vpsubw(ymm(15), ymm(15), at(RSP, -8192)));
    row("vpaddd ymm1, ymm10, ymm3", "c5adfecb", a -> a.vpaddd(ymm(1), ymm(10), ymm(3)));
    row("vpaddd ymm9, ymm2, ymm14", "c4416dfece", a -> a.vpaddd(ymm(9), ymm(2), ymm(14)));
    row("vpaddd ymm15, ymm15, ymm15", "c44105feff", a -> a.vpaddd(ymm(15), ymm(15), ymm(15)));
    row("vpaddd ymm0, ymm7, ymm8", "c4c145fec0", a -> a.vpaddd(ymm(0), ymm(7), ymm(8)));
    row(
        "vpaddd ymm1, ymm10, ymmword ptr [r12+127]",
        "c4c12dfe4c247f",
        a -> a.vpaddd(ymm(1), ymm(10), at(R12, 127)));
    row(
        "vpaddd ymm9, ymm2, ymmword ptr [r9+128]",
        "c4416dfe8980000000",
        a -> a.vpaddd(ymm(9), ymm(2), at(R9, 128)));
    row(
        "vpaddd ymm15, ymm15, ymmword ptr [rax+rcx+64]",
        "c505fe7c0840",
        a -> a.vpaddd(ymm(15), ymm(15), at(RAX, RCX, 1, 64)));
    row("vpsubd ymm1, ymm10, ymm3", "c5adfacb", a -> a.vpsubd(ymm(1), ymm(10), ymm(3)));
    row("vpsubd ymm9, ymm2, ymm14", "c4416dface", a -> a.vpsubd(ymm(9), ymm(2), ymm(14)));
    row("vpsubd ymm15, ymm15, ymm15", "c44105faff", a -> a.vpsubd(ymm(15), ymm(15), ymm(15)));
    row("vpsubd ymm0, ymm7, ymm8", "c4c145fac0", a -> a.vpsubd(ymm(0), ymm(7), ymm(8)));
    row(
        "vpsubd ymm1, ymm10, ymmword ptr [r15+r8*4-128]",
        "c4812dfa4c8780",
        a -> a.vpsubd(ymm(1), ymm(10), at(R15, R8, 4, -128)));
    row(
        "vpsubd ymm9, ymm2, ymmword ptr [rbp+r13*8]",
        "c4216dfa4ced00",
        a -> a.vpsubd(ymm(9), ymm(2), at(RBP, R13, 8, 0)));
    row(
        "vpsubd ymm15, ymm15, ymmword ptr [r13+rsi*2+300]",
        "c44105fabc752c010000",
        a -> a.vpsubd(ymm(15), ymm(15), at(R13, RSI, 2, 300)));
    row("vpmaxsd ymm1, ymm10, ymm3", "c4e22d3dcb", a -> a.vpmaxsd(ymm(1), ymm(10), ymm(3)));
    row("vpmaxsd ymm9, ymm2, ymm14", "c4426d3dce", a -> a.vpmaxsd(ymm(9), ymm(2), ymm(14)));
    row("vpmaxsd ymm15, ymm15, ymm15", "c442053dff", a -> a.vpmaxsd(ymm(15), ymm(15), ymm(15)));
    row("vpmaxsd ymm0, ymm7, ymm8", "c4c2453dc0", a -> a.vpmaxsd(ymm(0), ymm(7), ymm(8)));
    row(
        "vpmaxsd ymm1, ymm10, ymmword ptr [rsp+r12*2+1]",
        "c4a22d3d4c6401",
        a -> a.vpmaxsd(ymm(1), ymm(10), at(RSP, R12, 2, 1)));
    row(
        "vpmaxsd ymm9, ymm2, ymmword ptr [rdx+32]",
        "c4626d3d4a20",
        a -> a.vpmaxsd(ymm(9), ymm(2), at(RDX, 32)));
    row(
        "vpmaxsd ymm15, ymm15, ymmword ptr [rdi]",
        "c462053d3f",
        a -> a.vpmaxsd(ymm(15), ymm(15), at(RDI, 0)));
    row("vpcmpeqb ymm1, ymm10, ymm3", "c5ad74cb", a -> a.vpcmpeqb(ymm(1), ymm(10), ymm(3)));
    row("vpcmpeqb ymm9, ymm2, ymm14", "c4416d74ce", a -> a.vpcmpeqb(ymm(9), ymm(2), ymm(14)));
    row("vpcmpeqb ymm15, ymm15, ymm15", "c4410574ff", a -> a.vpcmpeqb(ymm(15), ymm(15), ymm(15)));
    row("vpcmpeqb ymm0, ymm7, ymm8", "c4c14574c0", a -> a.vpcmpeqb(ymm(0), ymm(7), ymm(8)));
    row(
        "vpcmpeqb ymm1, ymm10, ymmword ptr [rbp]",
        "c5ad744d00",
        a -> a.vpcmpeqb(ymm(1), ymm(10), at(RBP, 0)));
    row(
        "vpcmpeqb ymm9, ymm2, ymmword ptr [r13+192]",
        "c4416d748dc0000000",
        a -> a.vpcmpeqb(ymm(9), ymm(2), at(R13, 192)));
    row(
        "vpcmpeqb ymm15, ymm15, ymmword ptr [rsp-8192]",
        "c50574bc2400e0ffff",
        a -> a.vpcmpeqb(ymm(15), ymm(15), at(RSP, -8192)));
    row("vpmaddwd ymm1, ymm10, ymm3", "c5adf5cb", a -> a.vpmaddwd(ymm(1), ymm(10), ymm(3)));
    row("vpmaddwd ymm9, ymm2, ymm14", "c4416df5ce", a -> a.vpmaddwd(ymm(9), ymm(2), ymm(14)));
    row("vpmaddwd ymm15, ymm15, ymm15", "c44105f5ff", a -> a.vpmaddwd(ymm(15), ymm(15), ymm(15)));
    row("vpmaddwd ymm0, ymm7, ymm8", "c4c145f5c0", a -> a.vpmaddwd(ymm(0), ymm(7), ymm(8)));
    row(
        "vpmaddwd ymm1, ymm10, ymmword ptr [r12+127]",
        "c4c12df54c247f",
        a -> a.vpmaddwd(ymm(1), ymm(10), at(R12, 127)));
    row(
        "vpmaddwd ymm9, ymm2, ymmword ptr [r9+128]",
        "c4416df58980000000",
        a -> a.vpmaddwd(ymm(9), ymm(2), at(R9, 128)));
    row(
        "vpmaddwd ymm15, ymm15, ymmword ptr [rax+rcx+64]",
        "c505f57c0840",
        a -> a.vpmaddwd(ymm(15), ymm(15), at(RAX, RCX, 1, 64)));
    row("vpmaddubsw ymm1, ymm10, ymm3", "c4e22d04cb", a -> a.vpmaddubsw(ymm(1), ymm(10), ymm(3)));
    row("vpmaddubsw ymm9, ymm2, ymm14", "c4426d04ce", a -> a.vpmaddubsw(ymm(9), ymm(2), ymm(14)));
    row(
        "vpmaddubsw ymm15, ymm15, ymm15",
        "c4420504ff",
        a -> a.vpmaddubsw(ymm(15), ymm(15), ymm(15)));
    row("vpmaddubsw ymm0, ymm7, ymm8", "c4c24504c0", a -> a.vpmaddubsw(ymm(0), ymm(7), ymm(8)));
    row(
        "vpmaddubsw ymm1, ymm10, ymmword ptr [r15+r8*4-128]",
        "c4822d044c8780",
        a -> a.vpmaddubsw(ymm(1), ymm(10), at(R15, R8, 4, -128)));
    row(
        "vpmaddubsw ymm9, ymm2, ymmword ptr [rbp+r13*8]",
        "c4226d044ced00",
        a -> a.vpmaddubsw(ymm(9), ymm(2), at(RBP, R13, 8, 0)));
    row(
        "vpmaddubsw ymm15, ymm15, ymmword ptr [r13+rsi*2+300]",
        "c4420504bc752c010000",
        a -> a.vpmaddubsw(ymm(15), ymm(15), at(R13, RSI, 2, 300)));
    row("{vex} vpdpbusd ymm1, ymm10, ymm3", "c4e22d50cb", a -> a.vpdpbusd(ymm(1), ymm(10), ymm(3)));
    row("{vex} vpdpbusd ymm9, ymm2, ymm14", "c4426d50ce", a -> a.vpdpbusd(ymm(9), ymm(2), ymm(14)));
    row(
        "{vex} vpdpbusd ymm15, ymm15, ymm15",
        "c4420550ff",
        a -> a.vpdpbusd(ymm(15), ymm(15), ymm(15)));
    row("{vex} vpdpbusd ymm0, ymm7, ymm8", "c4c24550c0", a -> a.vpdpbusd(ymm(0), ymm(7), ymm(8)));
    row(
        "{vex} vpdpbusd ymm1, ymm10, ymmword ptr [rsp+r12*2+1]",
        "c4a22d504c6401",
        a -> a.vpdpbusd(ymm(1), ymm(10), at(RSP, R12, 2, 1)));
    row(
        "{vex} vpdpbusd ymm9, ymm2, ymmword ptr [rdx+32]",
        "c4626d504a20",
        a -> a.vpdpbusd(ymm(9), ymm(2), at(RDX, 32)));
    row(
        "{vex} vpdpbusd ymm15, ymm15, ymmword ptr [rdi]",
        "c46205503f",
        a -> a.vpdpbusd(ymm(15), ymm(15), at(RDI, 0)));
    row("{vex} vpdpwssd ymm1, ymm10, ymm3", "c4e22d52cb", a -> a.vpdpwssd(ymm(1), ymm(10), ymm(3)));
    row("{vex} vpdpwssd ymm9, ymm2, ymm14", "c4426d52ce", a -> a.vpdpwssd(ymm(9), ymm(2), ymm(14)));
    row(
        "{vex} vpdpwssd ymm15, ymm15, ymm15",
        "c4420552ff",
        a -> a.vpdpwssd(ymm(15), ymm(15), ymm(15)));
    row("{vex} vpdpwssd ymm0, ymm7, ymm8", "c4c24552c0", a -> a.vpdpwssd(ymm(0), ymm(7), ymm(8)));
    row(
        "{vex} vpdpwssd ymm1, ymm10, ymmword ptr [rbp]",
        "c4e22d524d00",
        a -> a.vpdpwssd(ymm(1), ymm(10), at(RBP, 0)));
    row(
        "{vex} vpdpwssd ymm9, ymm2, ymmword ptr [r13+192]",
        "c4426d528dc0000000",
        a -> a.vpdpwssd(ymm(9), ymm(2), at(R13, 192)));
    row(
        "{vex} vpdpwssd ymm15, ymm15, ymmword ptr [rsp-8192]",
        "c4620552bc2400e0ffff",
        a -> a.vpdpwssd(ymm(15), ymm(15), at(RSP, -8192)));
    row("vpshufb ymm1, ymm10, ymm3", "c4e22d00cb", a -> a.vpshufb(ymm(1), ymm(10), ymm(3)));
    row("vpshufb ymm9, ymm2, ymm14", "c4426d00ce", a -> a.vpshufb(ymm(9), ymm(2), ymm(14)));
    row("vpshufb ymm15, ymm15, ymm15", "c4420500ff", a -> a.vpshufb(ymm(15), ymm(15), ymm(15)));
    row("vpshufb ymm0, ymm7, ymm8", "c4c24500c0", a -> a.vpshufb(ymm(0), ymm(7), ymm(8)));
    row(
        "vpshufb ymm1, ymm10, ymmword ptr [r12+127]",
        "c4c22d004c247f",
        a -> a.vpshufb(ymm(1), ymm(10), at(R12, 127)));
    row(
        "vpshufb ymm9, ymm2, ymmword ptr [r9+128]",
        "c4426d008980000000",
        a -> a.vpshufb(ymm(9), ymm(2), at(R9, 128)));
    row(
        "vpshufb ymm15, ymm15, ymmword ptr [rax+rcx+64]",
        "c46205007c0840",
        a -> a.vpshufb(ymm(15), ymm(15), at(RAX, RCX, 1, 64)));
    row("vpmovzxbd ymm1, xmm10", "c4c27d31ca", a -> a.vpmovzxbd(ymm(1), ymm(10)));
    row("vpmovzxbd ymm9, xmm2", "c4627d31ca", a -> a.vpmovzxbd(ymm(9), ymm(2)));
    row("vpmovzxbd ymm15, xmm15", "c4427d31ff", a -> a.vpmovzxbd(ymm(15), ymm(15)));
    row(
        "vpmovzxbd ymm0, qword ptr [r15+r8*4-128]",
        "c4827d31448780",
        a -> a.vpmovzxbd(ymm(0), at(R15, R8, 4, -128)));
    row(
        "vpmovzxbd ymm12, qword ptr [rbp+r13*8]",
        "c4227d3164ed00",
        a -> a.vpmovzxbd(ymm(12), at(RBP, R13, 8, 0)));
    row(
        "vpmovzxbd ymm3, qword ptr [r13+rsi*2+300]",
        "c4c27d319c752c010000",
        a -> a.vpmovzxbd(ymm(3), at(R13, RSI, 2, 300)));
    row("vpmovsxbd ymm1, xmm10", "c4c27d21ca", a -> a.vpmovsxbd(ymm(1), ymm(10)));
    row("vpmovsxbd ymm9, xmm2", "c4627d21ca", a -> a.vpmovsxbd(ymm(9), ymm(2)));
    row("vpmovsxbd ymm15, xmm15", "c4427d21ff", a -> a.vpmovsxbd(ymm(15), ymm(15)));
    row(
        "vpmovsxbd ymm0, qword ptr [rsp+r12*2+1]",
        "c4a27d21446401",
        a -> a.vpmovsxbd(ymm(0), at(RSP, R12, 2, 1)));
    row(
        "vpmovsxbd ymm12, qword ptr [rdx+32]",
        "c4627d216220",
        a -> a.vpmovsxbd(ymm(12), at(RDX, 32)));
    row("vpmovsxbd ymm3, qword ptr [rdi]", "c4e27d211f", a -> a.vpmovsxbd(ymm(3), at(RDI, 0)));
    row("vpackssdw ymm1, ymm10, ymm3", "c5ad6bcb", a -> a.vpackssdw(ymm(1), ymm(10), ymm(3)));
    row("vpackssdw ymm9, ymm2, ymm14", "c4416d6bce", a -> a.vpackssdw(ymm(9), ymm(2), ymm(14)));
    row("vpackssdw ymm15, ymm15, ymm15", "c441056bff", a -> a.vpackssdw(ymm(15), ymm(15), ymm(15)));
    row("vpackssdw ymm0, ymm7, ymm8", "c4c1456bc0", a -> a.vpackssdw(ymm(0), ymm(7), ymm(8)));
    row(
        "vpackssdw ymm1, ymm10, ymmword ptr [rbp]",
        "c5ad6b4d00",
        a -> a.vpackssdw(ymm(1), ymm(10), at(RBP, 0)));
    row(
        "vpackssdw ymm9, ymm2, ymmword ptr [r13+192]",
        "c4416d6b8dc0000000",
        a -> a.vpackssdw(ymm(9), ymm(2), at(R13, 192)));
    row(
        "vpackssdw ymm15, ymm15, ymmword ptr [rsp-8192]",
        "c5056bbc2400e0ffff",
        a -> a.vpackssdw(ymm(15), ymm(15), at(RSP, -8192)));
    row("vpacksswb ymm1, ymm10, ymm3", "c5ad63cb", a -> a.vpacksswb(ymm(1), ymm(10), ymm(3)));
    row("vpacksswb ymm9, ymm2, ymm14", "c4416d63ce", a -> a.vpacksswb(ymm(9), ymm(2), ymm(14)));
    row("vpacksswb ymm15, ymm15, ymm15", "c4410563ff", a -> a.vpacksswb(ymm(15), ymm(15), ymm(15)));
    row("vpacksswb ymm0, ymm7, ymm8", "c4c14563c0", a -> a.vpacksswb(ymm(0), ymm(7), ymm(8)));
    row(
        "vpacksswb ymm1, ymm10, ymmword ptr [r12+127]",
        "c4c12d634c247f",
        a -> a.vpacksswb(ymm(1), ymm(10), at(R12, 127)));
    row(
        "vpacksswb ymm9, ymm2, ymmword ptr [r9+128]",
        "c4416d638980000000",
        a -> a.vpacksswb(ymm(9), ymm(2), at(R9, 128)));
    row(
        "vpacksswb ymm15, ymm15, ymmword ptr [rax+rcx+64]",
        "c505637c0840",
        a -> a.vpacksswb(ymm(15), ymm(15), at(RAX, RCX, 1, 64)));
  }

  private static void avx2Orders() {
    row("vpunpckldq ymm1, ymm10, ymm3", "c5ad62cb", a -> a.vpunpckldq(ymm(1), ymm(10), ymm(3)));
    row("vpunpckldq ymm9, ymm2, ymm14", "c4416d62ce", a -> a.vpunpckldq(ymm(9), ymm(2), ymm(14)));
    row(
        "vpunpckldq ymm15, ymm15, ymm15",
        "c4410562ff",
        a -> a.vpunpckldq(ymm(15), ymm(15), ymm(15)));
    row("vpunpckldq ymm0, ymm7, ymm8", "c4c14562c0", a -> a.vpunpckldq(ymm(0), ymm(7), ymm(8)));
    row(
        "vpunpckldq ymm1, ymm10, ymmword ptr [r15+r8*4-128]",
        "c4812d624c8780",
        a -> a.vpunpckldq(ymm(1), ymm(10), at(R15, R8, 4, -128)));
    row(
        "vpunpckldq ymm9, ymm2, ymmword ptr [rbp+r13*8]",
        "c4216d624ced00",
        a -> a.vpunpckldq(ymm(9), ymm(2), at(RBP, R13, 8, 0)));
    row(
        "vpunpckldq ymm15, ymm15, ymmword ptr [r13+rsi*2+300]",
        "c4410562bc752c010000",
        a -> a.vpunpckldq(ymm(15), ymm(15), at(R13, RSI, 2, 300)));
    row("vpunpckhdq ymm1, ymm10, ymm3", "c5ad6acb", a -> a.vpunpckhdq(ymm(1), ymm(10), ymm(3)));
    row("vpunpckhdq ymm9, ymm2, ymm14", "c4416d6ace", a -> a.vpunpckhdq(ymm(9), ymm(2), ymm(14)));
    row(
        "vpunpckhdq ymm15, ymm15, ymm15",
        "c441056aff",
        a -> a.vpunpckhdq(ymm(15), ymm(15), ymm(15)));
    row("vpunpckhdq ymm0, ymm7, ymm8", "c4c1456ac0", a -> a.vpunpckhdq(ymm(0), ymm(7), ymm(8)));
    row(
        "vpunpckhdq ymm1, ymm10, ymmword ptr [rsp+r12*2+1]",
        "c4a12d6a4c6401",
        a -> a.vpunpckhdq(ymm(1), ymm(10), at(RSP, R12, 2, 1)));
    row(
        "vpunpckhdq ymm9, ymm2, ymmword ptr [rdx+32]",
        "c56d6a4a20",
        a -> a.vpunpckhdq(ymm(9), ymm(2), at(RDX, 32)));
    row(
        "vpunpckhdq ymm15, ymm15, ymmword ptr [rdi]",
        "c5056a3f",
        a -> a.vpunpckhdq(ymm(15), ymm(15), at(RDI, 0)));
    row("vpunpcklqdq ymm1, ymm10, ymm3", "c5ad6ccb", a -> a.vpunpcklqdq(ymm(1), ymm(10), ymm(3)));
    row("vpunpcklqdq ymm9, ymm2, ymm14", "c4416d6cce", a -> a.vpunpcklqdq(ymm(9), ymm(2), ymm(14)));
    row(
        "vpunpcklqdq ymm15, ymm15, ymm15",
        "c441056cff",
        a -> a.vpunpcklqdq(ymm(15), ymm(15), ymm(15)));
    row("vpunpcklqdq ymm0, ymm7, ymm8", "c4c1456cc0", a -> a.vpunpcklqdq(ymm(0), ymm(7), ymm(8)));
    row(
        "vpunpcklqdq ymm1, ymm10, ymmword ptr [rbp]",
        "c5ad6c4d00",
        a -> a.vpunpcklqdq(ymm(1), ymm(10), at(RBP, 0)));
    row(
        "vpunpcklqdq ymm9, ymm2, ymmword ptr [r13+192]",
        "c4416d6c8dc0000000",
        a -> a.vpunpcklqdq(ymm(9), ymm(2), at(R13, 192)));
    row(
        "vpunpcklqdq ymm15, ymm15, ymmword ptr [rsp-8192]",
        "c5056cbc2400e0ffff",
        a -> a.vpunpcklqdq(ymm(15), ymm(15), at(RSP, -8192)));
    row("vpunpckhqdq ymm1, ymm10, ymm3", "c5ad6dcb", a -> a.vpunpckhqdq(ymm(1), ymm(10), ymm(3)));
    row("vpunpckhqdq ymm9, ymm2, ymm14", "c4416d6dce", a -> a.vpunpckhqdq(ymm(9), ymm(2), ymm(14)));
    row(
        "vpunpckhqdq ymm15, ymm15, ymm15",
        "c441056dff",
        a -> a.vpunpckhqdq(ymm(15), ymm(15), ymm(15)));
    row("vpunpckhqdq ymm0, ymm7, ymm8", "c4c1456dc0", a -> a.vpunpckhqdq(ymm(0), ymm(7), ymm(8)));
    row(
        "vpunpckhqdq ymm1, ymm10, ymmword ptr [r12+127]",
        "c4c12d6d4c247f",
        a -> a.vpunpckhqdq(ymm(1), ymm(10), at(R12, 127)));
    row(
        "vpunpckhqdq ymm9, ymm2, ymmword ptr [r9+128]",
        "c4416d6d8980000000",
        a -> a.vpunpckhqdq(ymm(9), ymm(2), at(R9, 128)));
    row(
        "vpunpckhqdq ymm15, ymm15, ymmword ptr [rax+rcx+64]",
        "c5056d7c0840",
        a -> a.vpunpckhqdq(ymm(15), ymm(15), at(RAX, RCX, 1, 64)));
    row(
        "vperm2i128 ymm1, ymm10, ymm3, 32",
        "c4e32d46cb20",
        a -> a.vperm2i128(ymm(1), ymm(10), ymm(3), 32));
    row(
        "vperm2i128 ymm9, ymm2, ymm14, 49",
        "c4436d46ce31",
        a -> a.vperm2i128(ymm(9), ymm(2), ymm(14), 49));
    row(
        "vperm2i128 ymm15, ymm15, ymm15, 2",
        "c4430546ff02",
        a -> a.vperm2i128(ymm(15), ymm(15), ymm(15), 2));
    row(
        "vperm2i128 ymm0, ymm7, ymm8, 32",
        "c4c34546c020",
        a -> a.vperm2i128(ymm(0), ymm(7), ymm(8), 32));
    row(
        "vperm2i128 ymm1, ymm10, ymmword ptr [r15+r8*4-128], 32",
        "c4832d464c878020",
        a -> a.vperm2i128(ymm(1), ymm(10), at(R15, R8, 4, -128), 32));
    row(
        "vperm2i128 ymm9, ymm2, ymmword ptr [rbp+r13*8], 49",
        "c4236d464ced0031",
        a -> a.vperm2i128(ymm(9), ymm(2), at(RBP, R13, 8, 0), 49));
    row(
        "vperm2i128 ymm15, ymm15, ymmword ptr [r13+rsi*2+300], 2",
        "c4430546bc752c01000002",
        a -> a.vperm2i128(ymm(15), ymm(15), at(R13, RSI, 2, 300), 2));
    row(
        "vshufps ymm1, ymm10, ymm3, 136",
        "c5acc6cb88",
        a -> a.vshufps(ymm(1), ymm(10), ymm(3), 136));
    row(
        "vshufps ymm9, ymm2, ymm14, 221",
        "c4416cc6cedd",
        a -> a.vshufps(ymm(9), ymm(2), ymm(14), 221));
    row(
        "vshufps ymm15, ymm15, ymm15, 78",
        "c44104c6ff4e",
        a -> a.vshufps(ymm(15), ymm(15), ymm(15), 78));
    row(
        "vshufps ymm0, ymm7, ymm8, 136",
        "c4c144c6c088",
        a -> a.vshufps(ymm(0), ymm(7), ymm(8), 136));
    row(
        "vshufps ymm1, ymm10, ymmword ptr [rsp+r12*2+1], 136",
        "c4a12cc64c640188",
        a -> a.vshufps(ymm(1), ymm(10), at(RSP, R12, 2, 1), 136));
    row(
        "vshufps ymm9, ymm2, ymmword ptr [rdx+32], 221",
        "c56cc64a20dd",
        a -> a.vshufps(ymm(9), ymm(2), at(RDX, 32), 221));
    row(
        "vshufps ymm15, ymm15, ymmword ptr [rdi], 78",
        "c504c63f4e",
        a -> a.vshufps(ymm(15), ymm(15), at(RDI, 0), 78));
    row("vpermps ymm1, ymm10, ymm3", "c4e22d16cb", a -> a.vpermps(ymm(1), ymm(10), ymm(3)));
    row("vpermps ymm9, ymm2, ymm14", "c4426d16ce", a -> a.vpermps(ymm(9), ymm(2), ymm(14)));
    row("vpermps ymm15, ymm15, ymm15", "c4420516ff", a -> a.vpermps(ymm(15), ymm(15), ymm(15)));
    row("vpermps ymm0, ymm7, ymm8", "c4c24516c0", a -> a.vpermps(ymm(0), ymm(7), ymm(8)));
    row(
        "vpermps ymm1, ymm10, ymmword ptr [rbp]",
        "c4e22d164d00",
        a -> a.vpermps(ymm(1), ymm(10), at(RBP, 0)));
    row(
        "vpermps ymm9, ymm2, ymmword ptr [r13+192]",
        "c4426d168dc0000000",
        a -> a.vpermps(ymm(9), ymm(2), at(R13, 192)));
    row(
        "vpermps ymm15, ymm15, ymmword ptr [rsp-8192]",
        "c4620516bc2400e0ffff",
        a -> a.vpermps(ymm(15), ymm(15), at(RSP, -8192)));
    row("vpermilps ymm1, ymm10, 177", "c4c37d04cab1", a -> a.vpermilps(ymm(1), ymm(10), 177));
    row("vpermilps ymm9, ymm2, 78", "c4637d04ca4e", a -> a.vpermilps(ymm(9), ymm(2), 78));
    row("vpermilps ymm15, ymm15, 85", "c4437d04ff55", a -> a.vpermilps(ymm(15), ymm(15), 85));
    row(
        "vpermilps ymm0, ymmword ptr [r12+127], 177",
        "c4c37d0444247fb1",
        a -> a.vpermilps(ymm(0), at(R12, 127), 177));
    row(
        "vpermilps ymm12, ymmword ptr [r9+128], 78",
        "c4437d04a1800000004e",
        a -> a.vpermilps(ymm(12), at(R9, 128), 78));
    row(
        "vpermilps ymm3, ymmword ptr [rax+rcx+64], 85",
        "c4e37d045c084055",
        a -> a.vpermilps(ymm(3), at(RAX, RCX, 1, 64), 85));
    row(
        "vpermilps ymm1, ymm10, ymmword ptr [r15+r8*4-128]",
        "c4822d0c4c8780",
        a -> a.vpermilps(ymm(1), ymm(10), at(R15, R8, 4, -128)));
    row(
        "vpermilps ymm9, ymm2, ymmword ptr [rbp+r13*8]",
        "c4226d0c4ced00",
        a -> a.vpermilps(ymm(9), ymm(2), at(RBP, R13, 8, 0)));
    row(
        "vpermilps ymm15, ymm15, ymmword ptr [r13+rsi*2+300]",
        "c442050cbc752c010000",
        a -> a.vpermilps(ymm(15), ymm(15), at(R13, RSI, 2, 300)));
  }

  private static void avx2Floats() {
    row("vaddps ymm1, ymm10, ymm3", "c5ac58cb", a -> a.vaddps(ymm(1), ymm(10), ymm(3)));
    row("vaddps ymm9, ymm2, ymm14", "c4416c58ce", a -> a.vaddps(ymm(9), ymm(2), ymm(14)));
    row("vaddps ymm15, ymm15, ymm15", "c4410458ff", a -> a.vaddps(ymm(15), ymm(15), ymm(15)));
    row("vaddps ymm0, ymm7, ymm8", "c4c14458c0", a -> a.vaddps(ymm(0), ymm(7), ymm(8)));
    row(
        "vaddps ymm1, ymm10, ymmword ptr [rsp+r12*2+1]",
        "c4a12c584c6401",
        a -> a.vaddps(ymm(1), ymm(10), at(RSP, R12, 2, 1)));
    row(
        "vaddps ymm9, ymm2, ymmword ptr [rdx+32]",
        "c56c584a20",
        a -> a.vaddps(ymm(9), ymm(2), at(RDX, 32)));
    row(
        "vaddps ymm15, ymm15, ymmword ptr [rdi]",
        "c504583f",
        a -> a.vaddps(ymm(15), ymm(15), at(RDI, 0)));
    row("vmulps ymm1, ymm10, ymm3", "c5ac59cb", a -> a.vmulps(ymm(1), ymm(10), ymm(3)));
    row("vmulps ymm9, ymm2, ymm14", "c4416c59ce", a -> a.vmulps(ymm(9), ymm(2), ymm(14)));
    row("vmulps ymm15, ymm15, ymm15", "c4410459ff", a -> a.vmulps(ymm(15), ymm(15), ymm(15)));
    row("vmulps ymm0, ymm7, ymm8", "c4c14459c0", a -> a.vmulps(ymm(0), ymm(7), ymm(8)));
    row(
        "vmulps ymm1, ymm10, ymmword ptr [rbp]",
        "c5ac594d00",
        a -> a.vmulps(ymm(1), ymm(10), at(RBP, 0)));
    row(
        "vmulps ymm9, ymm2, ymmword ptr [r13+192]",
        "c4416c598dc0000000",
        a -> a.vmulps(ymm(9), ymm(2), at(R13, 192)));
    row(
        "vmulps ymm15, ymm15, ymmword ptr [rsp-8192]",
        "c50459bc2400e0ffff",
        a -> a.vmulps(ymm(15), ymm(15), at(RSP, -8192)));
    row("vdivps ymm1, ymm10, ymm3", "c5ac5ecb", a -> a.vdivps(ymm(1), ymm(10), ymm(3)));
    row("vdivps ymm9, ymm2, ymm14", "c4416c5ece", a -> a.vdivps(ymm(9), ymm(2), ymm(14)));
    row("vdivps ymm15, ymm15, ymm15", "c441045eff", a -> a.vdivps(ymm(15), ymm(15), ymm(15)));
    row("vdivps ymm0, ymm7, ymm8", "c4c1445ec0", a -> a.vdivps(ymm(0), ymm(7), ymm(8)));
    row(
        "vdivps ymm1, ymm10, ymmword ptr [r12+127]",
        "c4c12c5e4c247f",
        a -> a.vdivps(ymm(1), ymm(10), at(R12, 127)));
    row(
        "vdivps ymm9, ymm2, ymmword ptr [r9+128]",
        "c4416c5e8980000000",
        a -> a.vdivps(ymm(9), ymm(2), at(R9, 128)));
    row(
        "vdivps ymm15, ymm15, ymmword ptr [rax+rcx+64]",
        "c5045e7c0840",
        a -> a.vdivps(ymm(15), ymm(15), at(RAX, RCX, 1, 64)));
    row("vfmadd231ps ymm1, ymm10, ymm3", "c4e22db8cb", a -> a.vfmadd231ps(ymm(1), ymm(10), ymm(3)));
    row("vfmadd231ps ymm9, ymm2, ymm14", "c4426db8ce", a -> a.vfmadd231ps(ymm(9), ymm(2), ymm(14)));
    row(
        "vfmadd231ps ymm15, ymm15, ymm15",
        "c44205b8ff",
        a -> a.vfmadd231ps(ymm(15), ymm(15), ymm(15)));
    row("vfmadd231ps ymm0, ymm7, ymm8", "c4c245b8c0", a -> a.vfmadd231ps(ymm(0), ymm(7), ymm(8)));
    row(
        "vfmadd231ps ymm1, ymm10, ymmword ptr [r15+r8*4-128]",
        "c4822db84c8780",
        a -> a.vfmadd231ps(ymm(1), ymm(10), at(R15, R8, 4, -128)));
    row(
        "vfmadd231ps ymm9, ymm2, ymmword ptr [rbp+r13*8]",
        "c4226db84ced00",
        a -> a.vfmadd231ps(ymm(9), ymm(2), at(RBP, R13, 8, 0)));
    row(
        "vfmadd231ps ymm15, ymm15, ymmword ptr [r13+rsi*2+300]",
        "c44205b8bc752c010000",
        a -> a.vfmadd231ps(ymm(15), ymm(15), at(R13, RSI, 2, 300)));
    row(
        "vfnmadd231ps ymm1, ymm10, ymm3",
        "c4e22dbccb",
        a -> a.vfnmadd231ps(ymm(1), ymm(10), ymm(3)));
    row(
        "vfnmadd231ps ymm9, ymm2, ymm14",
        "c4426dbcce",
        a -> a.vfnmadd231ps(ymm(9), ymm(2), ymm(14)));
    row(
        "vfnmadd231ps ymm15, ymm15, ymm15",
        "c44205bcff",
        a -> a.vfnmadd231ps(ymm(15), ymm(15), ymm(15)));
    row("vfnmadd231ps ymm0, ymm7, ymm8", "c4c245bcc0", a -> a.vfnmadd231ps(ymm(0), ymm(7), ymm(8)));
    row(
        "vfnmadd231ps ymm1, ymm10, ymmword ptr [rsp+r12*2+1]",
        "c4a22dbc4c6401",
        a -> a.vfnmadd231ps(ymm(1), ymm(10), at(RSP, R12, 2, 1)));
    row(
        "vfnmadd231ps ymm9, ymm2, ymmword ptr [rdx+32]",
        "c4626dbc4a20",
        a -> a.vfnmadd231ps(ymm(9), ymm(2), at(RDX, 32)));
    row(
        "vfnmadd231ps ymm15, ymm15, ymmword ptr [rdi]",
        "c46205bc3f",
        a -> a.vfnmadd231ps(ymm(15), ymm(15), at(RDI, 0)));
    row("vfmadd213ps ymm1, ymm10, ymm3", "c4e22da8cb", a -> a.vfmadd213ps(ymm(1), ymm(10), ymm(3)));
    row("vfmadd213ps ymm9, ymm2, ymm14", "c4426da8ce", a -> a.vfmadd213ps(ymm(9), ymm(2), ymm(14)));
    row(
        "vfmadd213ps ymm15, ymm15, ymm15",
        "c44205a8ff",
        a -> a.vfmadd213ps(ymm(15), ymm(15), ymm(15)));
    row("vfmadd213ps ymm0, ymm7, ymm8", "c4c245a8c0", a -> a.vfmadd213ps(ymm(0), ymm(7), ymm(8)));
    row(
        "vfmadd213ps ymm1, ymm10, ymmword ptr [rbp]",
        "c4e22da84d00",
        a -> a.vfmadd213ps(ymm(1), ymm(10), at(RBP, 0)));
    row(
        "vfmadd213ps ymm9, ymm2, ymmword ptr [r13+192]",
        "c4426da88dc0000000",
        a -> a.vfmadd213ps(ymm(9), ymm(2), at(R13, 192)));
    row(
        "vfmadd213ps ymm15, ymm15, ymmword ptr [rsp-8192]",
        "c46205a8bc2400e0ffff",
        a -> a.vfmadd213ps(ymm(15), ymm(15), at(RSP, -8192)));
    row("vcvtdq2ps ymm1, ymm10", "c4c17c5bca", a -> a.vcvtdq2ps(ymm(1), ymm(10)));
    row("vcvtdq2ps ymm9, ymm2", "c57c5bca", a -> a.vcvtdq2ps(ymm(9), ymm(2)));
    row("vcvtdq2ps ymm15, ymm15", "c4417c5bff", a -> a.vcvtdq2ps(ymm(15), ymm(15)));
    row(
        "vcvtdq2ps ymm0, ymmword ptr [r12+127]",
        "c4c17c5b44247f",
        a -> a.vcvtdq2ps(ymm(0), at(R12, 127)));
    row(
        "vcvtdq2ps ymm12, ymmword ptr [r9+128]",
        "c4417c5ba180000000",
        a -> a.vcvtdq2ps(ymm(12), at(R9, 128)));
    row(
        "vcvtdq2ps ymm3, ymmword ptr [rax+rcx+64]",
        "c5fc5b5c0840",
        a -> a.vcvtdq2ps(ymm(3), at(RAX, RCX, 1, 64)));
    row("vcvtps2dq ymm1, ymm10", "c4c17d5bca", a -> a.vcvtps2dq(ymm(1), ymm(10)));
    row("vcvtps2dq ymm9, ymm2", "c57d5bca", a -> a.vcvtps2dq(ymm(9), ymm(2)));
    row("vcvtps2dq ymm15, ymm15", "c4417d5bff", a -> a.vcvtps2dq(ymm(15), ymm(15)));
    row(
        "vcvtps2dq ymm0, ymmword ptr [r15+r8*4-128]",
        "c4817d5b448780",
        a -> a.vcvtps2dq(ymm(0), at(R15, R8, 4, -128)));
    row(
        "vcvtps2dq ymm12, ymmword ptr [rbp+r13*8]",
        "c4217d5b64ed00",
        a -> a.vcvtps2dq(ymm(12), at(RBP, R13, 8, 0)));
    row(
        "vcvtps2dq ymm3, ymmword ptr [r13+rsi*2+300]",
        "c4c17d5b9c752c010000",
        a -> a.vcvtps2dq(ymm(3), at(R13, RSI, 2, 300)));
    row("vcvtph2ps xmm1, xmm10", "c4c27913ca", a -> a.vcvtph2psX(ymm(1), ymm(10)));
    row("vcvtph2ps xmm9, xmm2", "c4627913ca", a -> a.vcvtph2psX(ymm(9), ymm(2)));
    row("vcvtph2ps xmm15, xmm15", "c4427913ff", a -> a.vcvtph2psX(ymm(15), ymm(15)));
    row(
        "vcvtph2ps xmm0, qword ptr [rsp+r12*2+1]",
        "c4a27913446401",
        a -> a.vcvtph2psX(ymm(0), at(RSP, R12, 2, 1)));
    row(
        "vcvtph2ps xmm12, qword ptr [rdx+32]",
        "c46279136220",
        a -> a.vcvtph2psX(ymm(12), at(RDX, 32)));
    row("vcvtph2ps xmm3, qword ptr [rdi]", "c4e279131f", a -> a.vcvtph2psX(ymm(3), at(RDI, 0)));
    row("vcvtph2ps ymm1, xmm10", "c4c27d13ca", a -> a.vcvtph2ps(ymm(1), ymm(10)));
    row("vcvtph2ps ymm9, xmm2", "c4627d13ca", a -> a.vcvtph2ps(ymm(9), ymm(2)));
    row("vcvtph2ps ymm15, xmm15", "c4427d13ff", a -> a.vcvtph2ps(ymm(15), ymm(15)));
    row("vcvtph2ps ymm0, xmmword ptr [rbp]", "c4e27d134500", a -> a.vcvtph2ps(ymm(0), at(RBP, 0)));
    row(
        "vcvtph2ps ymm12, xmmword ptr [r13+192]",
        "c4427d13a5c0000000",
        a -> a.vcvtph2ps(ymm(12), at(R13, 192)));
    row(
        "vcvtph2ps ymm3, xmmword ptr [rsp-8192]",
        "c4e27d139c2400e0ffff",
        a -> a.vcvtph2ps(ymm(3), at(RSP, -8192)));
  }
}
