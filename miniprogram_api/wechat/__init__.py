"""WeChat for the mini program: what we ask of api.weixin.qq.com, and the check of what it pushes to us.

Carries INT-13 and WeChat's half of IDR-01, CARD, REP-01 and the notices; only this package knows wechatpy, and
importing it loads nothing: ``mini_program.WeChat`` asks, ``push.MessagePush`` opens, ``template_values`` fits.
"""
